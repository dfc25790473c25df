create table leadership (id int not null, holder varchar(64) not null, epoch bigint not null, beat bigint not null, primary key (id));
