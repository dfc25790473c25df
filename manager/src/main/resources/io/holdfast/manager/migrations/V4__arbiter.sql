-- Where an agent runs the management nodes' arbiter: one row, once it has been placed for the first time.

create table arbiter (
  id int not null,
  generation bigint not null,
  content longtext not null,
  primary key (id)
);
