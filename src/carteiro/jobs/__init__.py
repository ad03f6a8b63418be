"""Work for later: requests that wait to be claimed, and what runs by the clock."""
