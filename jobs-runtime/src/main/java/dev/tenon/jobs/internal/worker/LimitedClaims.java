package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Room;
import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.signal.PollSchedule;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims jobs of types with limits, which wait in the table. For the claiming thread only. */
final class LimitedClaims {

  private static final Logger LOG = LoggerFactory.getLogger(LimitedClaims.class);

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final LimitedClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final PollSchedule schedule;
  private final LineLimiter lockedTypes = new LineLimiter(LOG_INTERVAL);

  /**
   * Creates claims for a worker.
   *
   * @param types the types to claim, each up to a version
   * @param schedule decides which types to claim jobs of, and receives the results
   */
  LimitedClaims(
      LimitedClaimStore store, String workerId, Map<String, Integer> types, PollSchedule schedule) {
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.schedule = schedule;
  }

  /** Finds the types that have waiting jobs. */
  void askForTypes() {
    schedule.limitedTypes(store.waitingTypes());
  }

  /** Claims jobs of the types that may have room, a share for each. */
  List<ClaimedJob> claim(Room room) {
    List<String> startable = schedule.limited().startable();
    List<ClaimedJob> claimed = new ArrayList<>();
    for (int i = 0; i < startable.size() && claimed.size() < Room.MAX_CLAIMS; i++) {
      String type = startable.get(i);
      if (room.of(type) == 0) {
        room.doesNotFit();
        continue;
      }
      // Others get their share; what they leave is there the next time
      int share = Math.max(1, room.of(type) / (startable.size() - i));
      schedule.limited().claims(type);
      try {
        List<ClaimedJob> jobs =
            store.claim(workerId, type, version(type), share, JobFeed.MAX_CLAIM_BYTES);
        claimed.addAll(room.taken(jobs));
        schedule.limited().claimed(type, jobs.size(), jobs.size() < share);
      } catch (StoreException e) {
        if (e instanceof StoreUnavailableException unavailable && unavailable.isHeldByOthers()) {
          schedule.limited().claimed(type, 0, true);
          logLocked(type);
        } else if (claimed.isEmpty()) {
          throw e;
        } else {
          // Claimed jobs must be started; if it was more than a hiccup, the next claim fails, too
          break;
        }
      }
    }
    return claimed;
  }

  private int version(String type) {
    return Objects.requireNonNull(types.get(type), type);
  }

  private void logLocked(String type) {
    if (lockedTypes.admit(type) > 0) {
      LOG.warn(
          "A transaction keeps the row of type '{}' in the table job_types locked, so worker {} "
              + "starts no jobs of the type; it tries again. End that transaction.",
          LogText.escape(type),
          workerId);
    }
  }
}
