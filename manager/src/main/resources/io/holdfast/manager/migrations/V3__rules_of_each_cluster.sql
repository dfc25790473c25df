-- A rule's name is its own cluster's: two clusters may each have a rule of the same name.

create table rules_of_clusters (
  cluster_id varchar(64) not null,
  id varchar(64) not null,
  content longtext not null,
  primary key (cluster_id, id)
);
insert into rules_of_clusters (cluster_id, id, content) select cluster_id, id, content from rules;
drop table rules;
alter table rules_of_clusters rename to rules;
