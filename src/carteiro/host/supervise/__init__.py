"""The process tree of an instance: supervisor(1), kept, spoken to and started."""
