"""The reference's run on a tape: recorded, run again with an edit, differentiated, told in words."""
