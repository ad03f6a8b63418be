"""What an import will do: a pure function of what the old host holds, what is here already, and what was decided."""
