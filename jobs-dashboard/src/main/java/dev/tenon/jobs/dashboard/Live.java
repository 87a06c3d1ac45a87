package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.operate.JobMonitor;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events for open pages. One thread asks the database for all of them, so that what it costs does
 * not depend on how many pages are open; the number of streams is bounded. Thread-safe.
 */
final class Live implements Page, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Live.class);

  private static final long TICK_MILLIS = 1_000;
  private static final int TICKS_OF_OVERVIEW = 5;
  private static final int MAX_JOBS = JobQuery.MAX_LIMIT;
  private static final int MAX_LINES = 500;
  private static final int BACKLOG_LIMIT = 10_000;
  private static final String OVERVIEW = "overview";

  private final JobService jobs;
  private final JobMonitor monitor;
  private final Format format;
  private final int maxStreams;

  private final Map<EventStream, PageState> streams = new ConcurrentHashMap<>();
  private final Object signal = new Object();
  private @Nullable Thread poller;

  /** The reason why pages get no updates; empty if they get them. */
  private volatile String problem = "";

  private volatile boolean closed;

  /**
   * The state that a stream has sent to its page. Once the stream is open, only the poller uses it.
   */
  private static final class PageState {
    private final String user;
    private final Format format;
    private final long openedNanos = System.nanoTime();
    private String state;
    private Optional<Cursor> read;

    /** True if there may be entries that were not sent, though the job has ended. */
    private boolean isBehind = true;

    /**
     * Creates the initial state.
     *
     * @param user whose page it is
     * @param format how times are shown there
     * @param state the state of the job; empty if the page is not about a job
     * @param read the last log entry that was sent; empty if none was
     */
    PageState(String user, Format format, String state, Optional<Cursor> read) {
      this.user = user;
      this.format = format;
      this.state = state;
      this.read = read;
    }
  }

  Live(JobService jobs, JobMonitor monitor, Format format, int maxStreams) {
    this.jobs = jobs;
    this.monitor = monitor;
    this.format = format;
    this.maxStreams = maxStreams;
  }

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    EventStream stream;
    if (call.query().has("job")) {
      UUID id = Call.uuid(call.query().require("job", "the id of a job"));
      JobSummary job =
          find(List.of(id)).stream()
              .findFirst()
              .orElseThrow(() -> new RefusedException(404, "There is no job " + id + "."));
      call.require(Right.READ, job.type());
      Optional<Cursor> read = call.cursor();
      // A wrong one is refused here, and not when the lines are read for all pages
      var unused = lines(id, read, 1);
      stream = open(id.toString(), initialState(call, state(job), read));
    } else {
      call.require(Right.READ);
      if (!call.user().mayEverywhere(Right.READ)) {
        throw new RefusedException(
            403, "Live numbers are about jobs of all types, and you may see some of them.");
      }
      stream = open(OVERVIEW, initialState(call, "", Optional.empty()));
    }
    return DashboardResponse.stream(stream).withHeader("X-Accel-Buffering", "no");
  }

  private PageState initialState(Call call, String state, Optional<Cursor> read) {
    return new PageState(call.user().name(), format.in(call.display().zone()), state, read);
  }

  private List<JobSummary> find(Collection<UUID> ids) {
    return jobs.list(JobQuery.all().withIds(ids).withLimit(JobQuery.MAX_LIMIT)).items();
  }

  private dev.tenon.jobs.Page<JobLogEntry> lines(UUID job, Optional<Cursor> after, int max) {
    JobLogQuery all = JobLogQuery.all().withLimit(max);
    return jobs.logs(job, after.map(all::withCursor).orElse(all));
  }

  /** Opens a stream, which begins with the state of its job. */
  private EventStream open(String topic, PageState sent) {
    synchronized (signal) {
      if (closed || (streams.size() >= maxStreams && !makesRoom(sent.user))) {
        throw new RefusedException(503, "Too many pages with live events are open.");
      }
      EventStream stream = new EventStream(topic, streams::remove, System::nanoTime);
      if (!sent.state.isEmpty()) {
        stream.offer(event("state", sent.state));
      }
      if (!problem.isEmpty()) {
        stream.offer(event("problem", Json.quote(problem)));
      }
      streams.put(stream, sent);
      // The thread may have died, if there was not even enough memory to log that
      if (poller == null || !poller.isAlive()) {
        Thread thread = new Thread(this::poll, "tenon-dashboard-live");
        thread.setDaemon(true);
        thread.start();
        poller = thread;
      }
      signal.notifyAll();
      return stream;
    }
  }

  /** Ends the oldest stream of the user with the most, if that has two more than this one. */
  private boolean makesRoom(String user) {
    Map<String, Long> counts =
        streams.values().stream()
            .collect(Collectors.groupingBy(sent -> sent.user, Collectors.counting()));
    long own = counts.getOrDefault(user, 0L);
    Optional<Map.Entry<String, Long>> most =
        counts.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .filter(each -> each.getValue() > own + 1);
    long now = System.nanoTime();
    most.flatMap(
            greedy ->
                streams.entrySet().stream()
                    .filter(stream -> stream.getValue().user.equals(greedy.getKey()))
                    .max(Comparator.comparingLong(stream -> now - stream.getValue().openedNanos)))
        .ifPresent(oldest -> oldest.getKey().end());
    return streams.size() < maxStreams;
  }

  int maxStreams() {
    return maxStreams;
  }

  /** The number of open streams. */
  int openStreams() {
    return streams.size();
  }

  private void poll() {
    long tick = 0;
    try {
      while (!closed) {
        synchronized (signal) {
          while (streams.isEmpty() && !closed) {
            signal.wait();
          }
        }
        round(tick++);
        Thread.sleep(TICK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round(long tick) {
    try {
      // Only these: a stream that is opened meanwhile has begun with a state that is newer
      List<EventStream> open = List.copyOf(streams.keySet());
      open.forEach(EventStream::check);
      if (tick % TICKS_OF_OVERVIEW == 0 && open.stream().anyMatch(s -> s.isAbout(OVERVIEW))) {
        overview(open);
      }
      jobs(open);
      tell("");
    } catch (JobsException e) {
      tell(
          e instanceof JobStoreException away && !(e instanceof JobStoreRefusedException)
              ? DatabaseAwayException.describe(away)
              : "The database refuses to return updates.");
      LOG.debug(
          "Open dashboard pages did not get their updates; trying again in the next round.", e);
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "Open dashboard pages did not get their updates; trying again in the next round.", e);
    }
  }

  /** Informs all pages when the reason why they get no updates has changed. */
  private void tell(String problem) {
    if (!this.problem.equals(problem)) {
      synchronized (signal) {
        this.problem = problem;
      }
      byte[] event = event("problem", Json.quote(problem));
      streams.keySet().forEach(stream -> stream.offer(event));
    }
  }

  private void jobs(List<EventStream> open) {
    Map<UUID, List<EventStream>> watched = watched(open);
    if (watched.isEmpty()) {
      return;
    }
    for (JobSummary job : find(watched.keySet())) {
      List<EventStream> pages = watched.getOrDefault(job.id(), List.of());
      String state = state(job);
      boolean hasEnded = job.status().isTerminal();
      pages.stream()
          .filter(page -> needsLines(page, hasEnded, state))
          .collect(Collectors.groupingBy(this::read))
          .forEach((read, group) -> sendLines(job.id(), read, group));
      // The state comes last, so that a page that shows the end has all lines before it
      sendState(pages, state);
    }
  }

  /**
   * A job that has ended writes no more lines, but it may have written some since the last look.
   */
  private boolean needsLines(EventStream page, boolean hasEnded, String state) {
    PageState sent = streams.get(page);
    return sent != null && (!hasEnded || sent.isBehind || !sent.state.equals(state));
  }

  private Optional<Cursor> read(EventStream page) {
    PageState sent = streams.get(page);
    return sent == null ? Optional.empty() : sent.read;
  }

  private static Map<UUID, List<EventStream>> watched(List<EventStream> open) {
    Map<UUID, List<EventStream>> watched = new HashMap<>();
    for (EventStream stream : open) {
      if (!stream.isAbout(OVERVIEW)) {
        UUID id = UUID.fromString(stream.topic());
        if (watched.size() < MAX_JOBS || watched.containsKey(id)) {
          watched.computeIfAbsent(id, any -> new ArrayList<>()).add(stream);
        }
      }
    }
    return watched;
  }

  /** Sends new lines to pages that have the log as far as one another. */
  private void sendLines(UUID job, Optional<Cursor> read, List<EventStream> pages) {
    var lines = lines(job, read, MAX_LINES);
    Optional<Cursor> last =
        lines.items().stream().reduce((one, next) -> next).map(JobLogEntry::cursor);
    Map<ZoneId, byte[]> events = new HashMap<>();
    for (EventStream page : pages) {
      PageState sent = streams.get(page);
      if (sent != null) {
        if (last.isPresent()) {
          page.offer(
              events.computeIfAbsent(sent.format.zone(), any -> log(lines.items(), sent.format)));
          sent.read = last;
        }
        sent.isBehind = lines.next().isPresent();
      }
    }
  }

  private static byte[] log(List<JobLogEntry> lines, Format format) {
    return event(
        "log",
        lines.stream().map(line -> line(line, format)).collect(Collectors.joining(",", "[", "]")));
  }

  private void sendState(List<EventStream> pages, String state) {
    byte[] event = event("state", state);
    for (EventStream page : pages) {
      PageState sent = streams.get(page);
      if (sent != null && !sent.state.equals(state)) {
        page.offer(event);
        sent.state = state;
      }
    }
  }

  private static String line(JobLogEntry line, Format format) {
    return "{\"position\":%d,\"cursor\":%s,\"attempt\":%d,\"level\":%s,\"at\":%s,\"message\":%s,\"data\":%s}"
        .formatted(
            line.position(),
            Json.quote(line.cursor().toString()),
            line.attempt(),
            Json.quote(JobView.Log.kind(line)),
            Json.quote(format.absolute(line.loggedAt())),
            Json.quote(line.message()),
            Json.quote(line.emitted().or(line::data).orElse("")));
  }

  private static String state(JobSummary job) {
    return "{\"status\":%s,\"progress\":%d,\"message\":%s,\"attempts\":%d}"
        .formatted(
            Json.quote(job.status().code()),
            job.progress(),
            Json.quote(job.progressMessage().orElse("")),
            job.attempts());
  }

  /** The page itself says what is missing if that takes too long. */
  private void overview(List<EventStream> open) {
    try {
      byte[] overview = event("overview", overview());
      open.stream().filter(s -> s.isAbout(OVERVIEW)).forEach(s -> s.offer(overview));
    } catch (JobStoreException e) {
      if (e instanceof JobStoreRefusedException || !DatabaseAwayException.problem(e).isEmpty()) {
        throw e;
      }
      LOG.debug("The overview did not get the numbers of waiting and running jobs.", e);
    }
  }

  private String overview() {
    long waiting =
        monitor.backlog(BACKLOG_LIMIT).stream().mapToLong(JobMonitor.Backlog::jobs).sum();
    long running = monitor.running().values().stream().mapToLong(Long::longValue).sum();
    return "{\"waiting\":%s,\"running\":%s}"
        .formatted(Json.quote(Format.number(waiting)), Json.quote(Format.number(running)));
  }

  private static byte[] event(String name, String data) {
    return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Ends all streams; there may be others later. */
  void endStreams() {
    streams.keySet().forEach(EventStream::end);
  }

  @Override
  public void close() {
    synchronized (signal) {
      closed = true;
      signal.notifyAll();
      if (poller != null) {
        poller.interrupt();
      }
    }
    endStreams();
  }
}
