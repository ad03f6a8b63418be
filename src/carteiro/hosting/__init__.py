"""Who gets mail: the accounts, their rules and every way to change them."""
