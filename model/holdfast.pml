/* Placement, leadership, leases and isolation proofs of Holdfast, as a model for Spin.
 *
 * Problem: a VM must never have two writers although messages, clocks, agents, BMCs and managers fail at any moment.
 * What is modelled (sections of the safety argument in brackets): placements with runs and proofs [1, 3], leadership by a
 * row with an epoch [2], the host lease with generations, late acknowledgements, self-fence, watchdog and writes in
 * flight [4], BMCs that lie once [3], fencing on silence [5], one must-rule [7]. Two managers, two hosts, two VMs.
 * VM 0 has disks on datastore 0 (lease) and datastore 1 (lock-out); VM 1 has one on datastore 0.
 *
 * Time is discrete. No clock variable drifts; instead every timer has the earliest and the latest real instant at which a
 * clock of bounded rate error can show it as elapsed: an action is enabled from the earliest instant on, and time does
 * not go on beyond the latest one. This covers every drifting clock, a varying drift too, at no cost in states.
 *
 * Messages: a start command that was sent can be delivered at any later moment, any number of times, or never.
 * Leadership: a takeover is possible at any moment, so safety is shown to need no clock of any manager.
 *
 * Every -DSABOTAGE_... breaks one rule; the test ModelTest expects a violation for each of them.
 */

#ifndef MAX_RUN
#define MAX_RUN 3
#endif
#ifndef MAX_GENERATION
#define MAX_GENERATION 1
#endif
#ifndef MAX_EPOCH
#define MAX_EPOCH 2
#endif
#ifndef FAULTS
#define FAULTS 2
#endif

/* Real-time windows in ticks. A lease is lost at an age of LOSS_EARLIEST..LOSS_LATEST; the default leaves out early losses, which
 * only shorten the time in which a host writes. */
#ifndef LOSS_EARLIEST
#define LOSS_EARLIEST 2
#endif
#define LOSS_LATEST 2
#define KILL_LATEST 1
#define WATCHDOG_LATEST 1
#define FLIGHT_LATEST 1
#ifdef SABOTAGE_SHORT_EXPIRY
#define EXPIRY_EARLIEST 3
#endif
#ifndef EXPIRY_EARLIEST
#define EXPIRY_EARLIEST (LOSS_LATEST + KILL_LATEST + WATCHDOG_LATEST + FLIGHT_LATEST)
#endif

#define LOST 0
#define HELD 1
#define ACQUIRING 2
#define IDLE 0
#define STARTED 1
#define LANDED 2
#define NONE 2

#define at(v, h) ((v) * 2 + (h))
#define sentAt(v, r) ((v) * (MAX_RUN + 1) + (r))

/* The replicated journal. */
unsigned epoch : 2 = 0;             /* leadership row */
unsigned journalEpoch : 2 = 0;      /* monitor: epoch of the newest transaction */
byte host[2];               /* placement of the VM */
byte placed[2];
byte placedGeneration[2];
/* Commands that were sent, for each VM and run: target host, generation, and the epochs (bit mask) under which they were sent. */
bit commandHost[8];
byte commandGeneration[8];
byte sent[8];
/* Managers. */
byte mine[2];               /* epoch under which the manager believes to lead; 0: standby */
bit managerSide = 0;                /* the managers' own network is broken */
/* What the managers know of isolation. */
byte offReads[2];
byte expiredGeneration[2];  /* one more than the newest generation seen to expire */
bit lied = 0;
/* Hosts. */
bit power[2];
bit hung[2];                        /* agent does nothing, VM processes go on */
bit stalled[2];                     /* the host's path to datastore 0: requests and answers take any time */
bit lockedOut[2];                   /* from datastore 1 */
byte lease[2];
byte generation[2];
byte age[2];
byte renewal[2];
byte renewalAge[2];
byte sinceLoss[2];
byte sinceFeed[2];
byte flight[2];             /* ticks for which writes of the reset host may still land */
byte highestEpoch[2];
byte acceptedEpoch[2];      /* monitor: highest epoch that the host obeyed */
byte alive[4];              /* run of the VM process on the host; 0: none */
byte flying[4];             /* run whose writes are in flight */
byte ended[4];              /* highest run that this host knows as ended */
/* Lease area of datastore 0. */
byte slotGeneration[2];
byte unchanged[2];          /* ticks since the read that first showed the present value */
byte owner[2];              /* ownership record: highest run that was started */
unsigned faults : 2 = FAULTS;
bit restarted = 0;

#define agentRuns(h) (power[h] && !hung[h])
#define anyAlive(h) (alive[at(0, h)] != 0 || alive[at(1, h)] != 0)
#define silent(h) (!power[h] || hung[h])
#define leaseValid(h) (lease[h] == HELD && age[h] < LOSS_LATEST)
#define fresh(h) (agentRuns(h) && leaseValid(h))
#ifdef SABOTAGE_START_WITHOUT_AGE_CHECK
#define mayStart(h) (agentRuns(h) && lease[h] == HELD)
#else
#define mayStart(h) (fresh(h))
#endif
#define writes(v, h) (alive[at(v, h)] != 0 || flying[at(v, h)] != 0)

inline endProcess(v, h) {
  ended[at(v, h)] = (alive[at(v, h)] > ended[at(v, h)] -> alive[at(v, h)] : ended[at(v, h)]);
  alive[at(v, h)] = 0
}
inline loseVolatile(h) {
  hung[h] = 0; lease[h] = LOST; renewal[h] = IDLE; renewalAge[h] = 0; age[h] = 0; sinceLoss[h] = 0; sinceFeed[h] = 0
}
/* Power is gone at once; writes that have left the host may still land (X). */
inline cutPower(h) {
  power[h] = 0;
  flying[at(0, h)] = alive[at(0, h)]; flying[at(1, h)] = alive[at(1, h)];
  flight[h] = ((alive[at(0, h)] + alive[at(1, h)] > 0 || renewal[h] == STARTED) -> FLIGHT_LATEST : 0);
  endProcess(0, h); endProcess(1, h);
  loseVolatile(h)
}

/* Invariant 1, per datastore: VM 0 on datastores 0 and 1, VM 1 on datastore 0. */
inline check() {
  assert(!(writes(0, 0) && writes(0, 1)));
  assert(!(writes(1, 0) && writes(1, 1)))
}

/* Section 3: covered(v): every writable disk of the VM is covered against the host of its placement. */
#ifdef SABOTAGE_BMC_FIRST_ANSWER
#define poweredOff(h) (offReads[h] >= 1)
#else
#define poweredOff(h) (offReads[h] >= 2)
#endif
#define processEnded(v, h) (!silent(h) && !managerSide && (ended[at(v, h)] >= placed[v] \
    || (generation[h] > placedGeneration[v] && alive[at(v, h)] == 0)))
#ifdef SABOTAGE_OLD_EXPIRY_COUNTS
#define leaseExpired(v, h) (expiredGeneration[h] > 0)
#else
#define leaseExpired(v, h) (expiredGeneration[h] > placedGeneration[v])
#endif
#define wholeHost(v, h) (poweredOff(h) || processEnded(v, h))
#ifdef SABOTAGE_NO_PROOF
#define covered(v, h) (silent(h) || managerSide)
#else
#ifdef SABOTAGE_IGNORE_ONE_DISK
#define covered(v, h) (wholeHost(v, h) || leaseExpired(v, h) || (v == 0 && lockedOut[h]))
#else
#define covered(v, h) (wholeHost(v, h) || (leaseExpired(v, h) && (v == 1 || lockedOut[h])))
#endif
#endif
/* Monitor for invariant 2, from the ground truth: no process of the old run lives, none of its writes is in flight, and
 * none can start, because its command's generation is over or its run is known as ended. */
#define trulyIsolated(v, h) (!writes(v, h) \
    && (ended[at(v, h)] >= placed[v] || generation[h] > placedGeneration[v] || !leaseValid(h) || !power[h]))

/* Section 8, invariant 7: VM 1 must run on host 1 only. */
#ifdef SABOTAGE_IGNORE_RULE
#define allowed(v, h) (1)
#else
#define allowed(v, h) (v == 0 || h == 1)
#endif
#ifdef SABOTAGE_NO_ROW_CHECK
#define mayCommit(m) (mine[m] != 0)
#else
#define mayCommit(m) (mine[m] != 0 && mine[m] == epoch)
#endif
#ifdef SABOTAGE_FENCE_ON_SILENCE
#define fenceable(h) (silent(h) || managerSide)
#else
#define fenceable(h) (silent(h))   /* seen by the peer too, hence true when only the managers' side has failed */
#endif

/* Agent's rule for a start command. */
#ifdef SABOTAGE_FORGET_EPOCH
#define epochAccepted(h, e) (1)
#else
#define epochAccepted(h, e) (e >= highestEpoch[h])
#endif
#ifdef SABOTAGE_ANY_GENERATION
#define generationAccepted(h, g) (1)
#else
#define generationAccepted(h, g) (g == generation[h])
#endif
#ifdef SABOTAGE_FORGET_ENDED
#define runAccepted(v, h, r) (1)
#else
#define runAccepted(v, h, r) (r > ended[at(v, h)])
#endif

#define PLACE(m, v, h) \
  :: d_step { mayCommit(m) && placed[v] < MAX_RUN && allowed(v, h) && power[h] && lease[h] == HELD && !lockedOut[h] \
       && (host[v] == NONE || covered(v, host[v])) -> \
       assert(mine[m] >= journalEpoch); journalEpoch = mine[m]; \
       assert(v == 0 || h == 1); \
       if :: host[v] != NONE -> restarted = 1; assert(trulyIsolated(v, host[v]) || lockedOut[host[v]]) :: else fi; \
       placed[v]++; host[v] = h; placedGeneration[v] = generation[h]; offReads[h] = 0; \
       commandHost[sentAt(v, placed[v])] = h; commandGeneration[sentAt(v, placed[v])] = generation[h]; \
       sent[sentAt(v, placed[v])] = sent[sentAt(v, placed[v])] | (1 << (mine[m] - 1)); \
       check() }
#define DELIVER(v, r, e) \
  :: d_step { (sent[sentAt(v, r)] & (1 << (e - 1))) && mayStart(commandHost[sentAt(v, r)]) \
       && alive[at(v, commandHost[sentAt(v, r)])] == 0 \
       && epochAccepted(commandHost[sentAt(v, r)], e) \
       && generationAccepted(commandHost[sentAt(v, r)], commandGeneration[sentAt(v, r)]) \
       && runAccepted(v, commandHost[sentAt(v, r)], r) && owner[v] <= r -> \
       assert(e >= acceptedEpoch[commandHost[sentAt(v, r)]]); acceptedEpoch[commandHost[sentAt(v, r)]] = e; \
       highestEpoch[commandHost[sentAt(v, r)]] = e; \
       alive[at(v, commandHost[sentAt(v, r)])] = r; owner[v] = r; \
       check() }
#define TAKE_OVER(m) \
  :: d_step { mine[m] != epoch && epoch < MAX_EPOCH -> epoch++; mine[m] = epoch; \
       if :: host[0] != NONE -> sent[sentAt(0, placed[0])] = sent[sentAt(0, placed[0])] | (1 << (epoch - 1)) :: else fi; \
       if :: host[1] != NONE -> sent[sentAt(1, placed[1])] = sent[sentAt(1, placed[1])] | (1 << (epoch - 1)) :: else fi }
#define LOCK_OUT(m, h) \
  :: d_step { mayCommit(m) && silent(h) && !lockedOut[h] && host[0] == h -> lockedOut[h] = 1 }
#define POWER_OFF(m, h) \
  :: d_step { mayCommit(m) && power[h] && fenceable(h) && offReads[h] == 0 -> \
       assert(silent(h)); /* invariant 6: not when only the managers' side failed */ \
       cutPower(h); check() }
/* A BMC may lie once in a history. A read that says "on" starts the count anew. */
#define needed(h) ((host[0] == h && !covered(0, h)) || (host[1] == h && !covered(1, h)))
#define READ_BMC(h) \
  :: d_step { !power[h] && flight[h] == 0 && offReads[h] < 2 && needed(h) -> offReads[h]++ } \
  :: d_step { power[h] && !lied && faults > 0 && offReads[h] < 2 && needed(h) -> lied = 1; faults--; offReads[h]++ } \
  :: d_step { power[h] && offReads[h] == 1 -> offReads[h] = 0 }

#ifdef SABOTAGE_COUNT_FROM_ACKNOWLEDGEMENT
#define ageAtAcknowledgement(h) 0
#else
#define ageAtAcknowledgement(h) renewalAge[h]
#endif
/* A renewal starts at each tick when none is outstanding (see pass); it lands, and is acknowledged, before the
 * next tick, or at any later moment while the host's path is stalled.
 * An observer reads at once whatever lands: that is the earliest start of its count, so the worst case. */
#define LEASE(h) \
  :: d_step { power[h] && renewal[h] == STARTED -> \
       renewal[h] = LANDED; slotGeneration[h] = generation[h]; if :: sees(1 - h) -> unchanged[h] = 0 :: else fi } \
  :: d_step { agentRuns(h) && renewal[h] == LANDED && lease[h] != LOST -> \
       lease[h] = (ageAtAcknowledgement(h) < LOSS_LATEST -> HELD : LOST); sinceLoss[h] = 0; \
       age[h] = (ageAtAcknowledgement(h) < LOSS_LATEST -> ageAtAcknowledgement(h) : 0); renewal[h] = IDLE; renewalAge[h] = 0 } \
  LATE_ACKNOWLEDGEMENT(h) \
  :: d_step { agentRuns(h) && lease[h] == HELD && age[h] >= LOSS_EARLIEST -> lease[h] = LOST; age[h] = 0; sinceLoss[h] = 0 } \
  SELF_FENCE(h) \
  :: d_step { agentRuns(h) && lease[h] == LOST && !anyAlive(h) && renewal[h] == IDLE && flight[h] == 0 \
       && generation[h] < MAX_GENERATION -> \
       generation[h]++; lease[h] = ACQUIRING; age[h] = 0; lockedOut[h] = 0 }
#ifdef SABOTAGE_REVIVE_LATE_ACKNOWLEDGEMENT
#define LATE_ACKNOWLEDGEMENT(h) \
  :: d_step { agentRuns(h) && renewal[h] == LANDED && lease[h] == LOST -> lease[h] = HELD; age[h] = 0; renewal[h] = IDLE; renewalAge[h] = 0 }
#else
#define LATE_ACKNOWLEDGEMENT(h) \
  :: d_step { agentRuns(h) && renewal[h] == LANDED && lease[h] == LOST -> renewal[h] = IDLE; renewalAge[h] = 0 }
#endif
#ifdef SABOTAGE_NO_SELF_FENCE
#define SELF_FENCE(h)
#else
#define SELF_FENCE(h) \
  :: d_step { agentRuns(h) && lease[h] == LOST && anyAlive(h) -> endProcess(0, h); endProcess(1, h); sinceLoss[h] = 0 }
#endif
#define WATCHDOG(h) \
  :: d_step { power[h] && sinceFeed[h] >= WATCHDOG_LATEST -> cutPower(h); check() }

#ifdef SABOTAGE_STALE_OBSERVER
#define sees(o) (fresh(o))
#define concludes(o) (agentRuns(o))
#else
#define sees(o) (1)
#define concludes(o) (fresh(o))
#endif
#define OBSERVE(o, h) \
  :: d_step { concludes(o) && unchanged[h] >= EXPIRY_EARLIEST && expiredGeneration[h] <= slotGeneration[h] && needed(h) -> \
       expiredGeneration[h] = slotGeneration[h] + 1 }

#define FAULT(h) \
  :: d_step { faults > 0 && power[h] -> faults--; cutPower(h); check() } \
  :: d_step { faults > 0 && power[h] && !hung[h] -> faults--; hung[h] = 1 } \
  :: d_step { hung[h] -> hung[h] = 0 } \
  :: d_step { faults > 0 && power[h] && !stalled[h] -> faults--; stalled[h] = 1 } \
  :: d_step { stalled[h] -> stalled[h] = 0 } \
  :: d_step { !power[h] && flight[h] == 0 && generation[h] < MAX_GENERATION -> \
       power[h] = 1; generation[h]++; lease[h] = ACQUIRING; lockedOut[h] = 0 }
#define CRASH(v, h) \
  :: d_step { faults > 0 && agentRuns(h) && alive[at(v, h)] != 0 -> faults--; endProcess(v, h) }

/* Time may not pass a latest instant: the agent, when it runs, has noticed the loss, has killed; the watchdog has reset. */
#ifdef SABOTAGE_NO_WATCHDOG
#define watchdogDue(h) (0)
#else
#define watchdogDue(h) (power[h] && sinceFeed[h] >= WATCHDOG_LATEST && anyAlive(h))
#endif
#define lossDue(h) (agentRuns(h) && lease[h] == HELD && age[h] >= LOSS_LATEST)
#ifdef SABOTAGE_NO_SELF_FENCE
#define killDue(h) (0)
#else
#define killDue(h) (agentRuns(h) && lease[h] == LOST && anyAlive(h) && sinceLoss[h] >= KILL_LATEST)
#endif
#define renewalDue(h) (agentRuns(h) && !stalled[h] && renewal[h] != IDLE)
#ifdef SABOTAGE_FEED_ALWAYS
#define feeds(h) (1)
#else
#define feeds(h) (agentRuns(h) && (!anyAlive(h) || (lease[h] == HELD && age[h] < LOSS_LATEST)))
#endif
#ifdef SABOTAGE_CLOCK_STOPS_WITH_AGENT
#define ageRuns(h) (!hung[h])
#else
#define ageRuns(h) (1)
#endif
inline pass(h) {
  if :: !power[h] || feeds(h) || !anyAlive(h) -> sinceFeed[h] = 0 :: else -> sinceFeed[h] = 1 fi;
  if :: power[h] && lease[h] == HELD && age[h] < LOSS_LATEST && ageRuns(h) -> age[h]++ :: else fi;
  if :: power[h] && renewal[h] != IDLE && renewalAge[h] < LOSS_LATEST && ageRuns(h) -> renewalAge[h]++ :: else fi;
  if :: agentRuns(h) && renewal[h] == IDLE && lease[h] != LOST -> renewal[h] = STARTED; renewalAge[h] = 0 :: else fi;
  if :: power[h] && lease[h] == LOST && anyAlive(h) && sinceLoss[h] < KILL_LATEST -> sinceLoss[h]++ :: else fi;
  if :: flight[h] > 0 -> flight[h]-- :: else fi;
  if :: flight[h] == 0 -> flying[at(0, h)] = 0; flying[at(1, h)] = 0 :: else fi;
  if :: unchanged[h] < EXPIRY_EARLIEST -> unchanged[h]++ :: else fi
}
#define TICK \
  :: d_step { !renewalDue(0) && !renewalDue(1) && !lossDue(0) && !lossDue(1) && !killDue(0) && !killDue(1) && !watchdogDue(0) && !watchdogDue(1) -> \
       pass(0); pass(1); check() }

init {
  d_step {
    host[0] = NONE; host[1] = NONE;
    power[0] = 1; power[1] = 1; lease[0] = HELD; lease[1] = HELD;
    epoch = 1; mine[0] = 1; journalEpoch = 1
  };
  do
  TICK
  LEASE(0) LEASE(1) WATCHDOG(0) WATCHDOG(1) OBSERVE(0, 1) OBSERVE(1, 0)
  TAKE_OVER(0) TAKE_OVER(1)
  PLACE(0, 0, 0) PLACE(0, 0, 1) PLACE(0, 1, 0) PLACE(0, 1, 1)
  PLACE(1, 0, 0) PLACE(1, 0, 1) PLACE(1, 1, 0) PLACE(1, 1, 1)
  DELIVER(0, 1, 1) DELIVER(0, 1, 2) DELIVER(0, 2, 1) DELIVER(0, 2, 2) DELIVER(0, 3, 1) DELIVER(0, 3, 2)
  DELIVER(1, 1, 1) DELIVER(1, 1, 2) DELIVER(1, 2, 1) DELIVER(1, 2, 2) DELIVER(1, 3, 1) DELIVER(1, 3, 2)
  LOCK_OUT(0, 0) LOCK_OUT(0, 1) LOCK_OUT(1, 0) LOCK_OUT(1, 1)
  POWER_OFF(0, 0) POWER_OFF(0, 1) POWER_OFF(1, 0) POWER_OFF(1, 1)
  READ_BMC(0) READ_BMC(1)
  FAULT(0) FAULT(1)
  CRASH(0, 0) CRASH(0, 1) CRASH(1, 0) CRASH(1, 1)
  :: d_step { faults > 0 && !managerSide -> faults--; managerSide = 1 }
  :: d_step { managerSide -> managerSide = 0 }
#ifdef REACH_RESTART
  :: d_step { restarted && (alive[0] == 2 || alive[1] == 2) -> assert(0) }
#endif
  od
}
