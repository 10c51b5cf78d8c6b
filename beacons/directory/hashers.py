"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's figures: 19 MiB, two passes, one lane; about 20 ms a log-in."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
