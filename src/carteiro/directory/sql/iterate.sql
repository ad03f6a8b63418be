-- Every mailbox, for `doveadm -A`.
SELECT address AS user FROM mailbox
