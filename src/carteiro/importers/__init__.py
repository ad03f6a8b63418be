"""What comes from other hosts: read there, planned, brought in through the use cases of `hosting`, verified."""
