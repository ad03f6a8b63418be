"""What imports from other hosts need of the accounts: a memory, old dates, and what is here already."""
