-- An arbiter that was placed before belongs on no machine without an agent. No table changes; jOOQ does not know json_set.
-- [jooq ignore start]

update arbiter set content = json_set(content, '$.home', '');
-- [jooq ignore stop]
