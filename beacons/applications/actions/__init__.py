"""What people and the clock do with an application, in the order of its way. Each verb happens whole or not at all."""

from beacons.applications.actions.abstaining import abstain, take_abstention_back
from beacons.applications.actions.budget import save_budget
from beacons.applications.actions.checking import close, find_eligible, find_ineligible
from beacons.applications.actions.clock import lapse, measure, remind
from beacons.applications.actions.commenting import (
    answer_comment,
    reopen_comment,
    settle_comment,
    write_comment,
)
from beacons.applications.actions.endorsing import endorse, take_back
from beacons.applications.actions.extending import agree_to_time, ask_for_time, refuse_time
from beacons.applications.actions.figures import (
    DOWN,
    UP,
    edit_official,
    edit_own,
    move_figure,
    pick_figures,
    remove_figure,
    write_figure,
)
from beacons.applications.actions.files import (
    Added,
    add_arrived,
    add_files,
    claim_for_scan,
    erase_file,
    give_back,
    let_go,
    no_room,
    note_scan,
    remove_file,
    restore_file,
    take_in,
)
from beacons.applications.actions.handing_in import (
    UNSIGNED,
    ask_certifier,
    certify,
    reopen,
    send_back,
    submit,
    withdraw,
)
from beacons.applications.actions.hours import tell_hours, tell_hours_of_assessing
from beacons.applications.actions.own import start_own
from beacons.applications.actions.partners import (
    UNANSWERED,
    UNASKED,
    add_partner,
    ask_partner,
    confirm_part,
    decline_part,
    edit_partner,
    remove_partner,
)
from beacons.applications.actions.sharing import save_plan
from beacons.applications.actions.starting import start
from beacons.applications.actions.telling import tell
from beacons.applications.actions.writing import (
    Overtaken,
    as_kept,
    meanwhile,
    restore_answer,
    restore_details,
    save_answers,
    save_details,
    save_each_answer,
    saved_by,
)

__all__ = [
    "DOWN",
    "UNANSWERED",
    "UNASKED",
    "UNSIGNED",
    "UP",
    "Added",
    "Overtaken",
    "abstain",
    "add_arrived",
    "add_files",
    "add_partner",
    "agree_to_time",
    "answer_comment",
    "as_kept",
    "ask_certifier",
    "ask_for_time",
    "ask_partner",
    "certify",
    "claim_for_scan",
    "close",
    "confirm_part",
    "decline_part",
    "edit_official",
    "edit_own",
    "edit_partner",
    "endorse",
    "erase_file",
    "find_eligible",
    "find_ineligible",
    "give_back",
    "lapse",
    "let_go",
    "meanwhile",
    "measure",
    "move_figure",
    "no_room",
    "note_scan",
    "pick_figures",
    "refuse_time",
    "remind",
    "remove_figure",
    "remove_file",
    "remove_partner",
    "reopen",
    "reopen_comment",
    "restore_answer",
    "restore_details",
    "restore_file",
    "save_answers",
    "save_budget",
    "save_details",
    "save_each_answer",
    "save_plan",
    "saved_by",
    "send_back",
    "settle_comment",
    "start",
    "start_own",
    "submit",
    "take_abstention_back",
    "take_back",
    "take_in",
    "tell",
    "tell_hours",
    "tell_hours_of_assessing",
    "withdraw",
    "write_comment",
    "write_figure",
]
