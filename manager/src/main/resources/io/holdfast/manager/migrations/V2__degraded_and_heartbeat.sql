-- Settings that version 1 did not have get the values that keep what it did. Texts and numbers only: SQLite and MariaDB write a boolean differently.
-- No table changes; jOOQ, which makes the tables' classes from these files, does not know json_set of either.
-- [jooq ignore start]

update clusters set content = json_set(content, '$.settings.degradedAction', 'ALARM');
update vms set content = json_set(content,
  '$.ha.heartbeatWaitMillis', 600000,
  '$.ha.hungAfterMillis', 60000,
  '$.ha.hungAction', 'ALARM');
-- [jooq ignore stop]
