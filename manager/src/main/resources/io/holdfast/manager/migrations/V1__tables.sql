-- The common subset of SQLite and MariaDB (docs/decisions/manager-database.md): no engine-specific clause, every table with a primary key.
-- A content column holds the whole record of the core as JSON and is the one authority; the columns beside it only serve keys, order and uniqueness.

create table leadership (
  id int not null,
  holder varchar(64) not null,
  epoch bigint not null,
  beat bigint not null,
  primary key (id)
);
insert into leadership (id, holder, epoch, beat) values (1, '', 0, 0);

create table journal (
  sequence bigint not null,
  epoch bigint not null,
  cluster_id varchar(64) not null,
  committed_at bigint not null,
  cause varchar(64) not null,
  changes longtext not null,
  primary key (sequence)
);

create table clusters (
  id varchar(64) not null,
  name varchar(128) not null,
  content longtext not null,
  primary key (id)
);
create unique index clusters_name on clusters (name);

create table hosts (
  id varchar(64) not null,
  cluster_id varchar(64) not null,
  name varchar(128) not null,
  content longtext not null,
  primary key (id)
);
create unique index hosts_name on hosts (cluster_id, name);

create table host_facts (
  host_id varchar(64) not null,
  cluster_id varchar(64) not null,
  content longtext not null,
  primary key (host_id)
);

create table datastores (
  id varchar(64) not null,
  cluster_id varchar(64) not null,
  name varchar(128) not null,
  content longtext not null,
  primary key (id)
);
create unique index datastores_name on datastores (cluster_id, name);

create table vms (
  id varchar(64) not null,
  cluster_id varchar(64) not null,
  name varchar(128) not null,
  content longtext not null,
  primary key (id)
);
create unique index vms_name on vms (cluster_id, name);

create table rules (
  id varchar(64) not null,
  cluster_id varchar(64) not null,
  content longtext not null,
  primary key (id)
);

create table placements (
  vm_id varchar(64) not null,
  cluster_id varchar(64) not null,
  run bigint not null,
  host_id varchar(64) not null,
  content longtext not null,
  primary key (vm_id)
);

create table proofs (
  id bigint not null,
  cluster_id varchar(64) not null,
  epoch bigint not null,
  vm_id varchar(64) not null,
  run bigint not null,
  content longtext not null,
  primary key (id)
);
create index proofs_vm on proofs (vm_id, run);

create table failovers (
  cluster_id varchar(64) not null,
  id varchar(64) not null,
  opened_at bigint not null,
  closed_at bigint not null,
  content longtext not null,
  primary key (cluster_id, id)
);

create table recoveries (
  vm_id varchar(64) not null,
  cluster_id varchar(64) not null,
  stage varchar(32) not null,
  content longtext not null,
  primary key (vm_id)
);

create table moves (
  vm_id varchar(64) not null,
  cluster_id varchar(64) not null,
  stage varchar(32) not null,
  content longtext not null,
  primary key (vm_id)
);

create table host_work (
  host_id varchar(64) not null,
  cluster_id varchar(64) not null,
  content longtext not null,
  primary key (host_id)
);

create table alarms (
  cluster_id varchar(64) not null,
  alarm_key varchar(200) not null,
  content longtext not null,
  primary key (cluster_id, alarm_key)
);

create table timeline (
  id bigint not null,
  cluster_id varchar(64) not null,
  host_id varchar(64) not null,
  vm_id varchar(64) not null,
  failover_id varchar(64) not null,
  content longtext not null,
  primary key (id)
);
create index timeline_failover on timeline (failover_id, id);
create index timeline_host on timeline (host_id, id);
create index timeline_vm on timeline (vm_id, id);

create table operations (
  idempotency_key varchar(200) not null,
  fingerprint varchar(64) not null,
  status int not null,
  body longtext not null,
  created_at bigint not null,
  primary key (idempotency_key)
);

create table secrets (
  reference varchar(64) not null,
  sealed longtext not null,
  primary key (reference)
);

-- One row for each taking of the leadership, by its epoch.
create table switch_overs (
  epoch bigint not null,
  taken_at bigint not null,
  cause varchar(32) not null,
  from_node varchar(64) not null,
  to_node varchar(64) not null,
  duration_millis bigint not null,
  primary key (epoch)
);
