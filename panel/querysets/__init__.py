"""What a panel member may know, and when: the seals of the design's section 3, each in one place."""
