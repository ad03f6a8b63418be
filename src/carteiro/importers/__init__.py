"""The move from elsewhere: what another host, server or file holds is brought here, and given out again."""
