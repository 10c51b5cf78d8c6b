"""The pages: who acts for a council, and who took over whom."""
