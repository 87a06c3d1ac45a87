package dev.tenon.jobs.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tenon.jobs.JobService;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shows users of an application their own jobs in the browser, as server-sent events. The
 * application gives a page the token of one job, and the page opens an {@code EventSource} with it:
 *
 * <pre>{@code
 * JobEventStreams streams = JobEventStreams.builder(jobs, secret).build();
 * String token = streams.token(jobId); // for the user who may see the job
 *
 * const events = new EventSource("/job-events?token=" + token);
 * events.addEventListener("progress", e => show(JSON.parse(e.data).percent));
 * events.addEventListener("status", e => { if (JSON.parse(e.data).ended) events.close(); });
 * }</pre>
 *
 * <p>The events are {@code status} ({@code status}, {@code attempt}, {@code ended}), {@code
 * progress} ({@code percent}, {@code message}), {@code emitted} ({@code attempt}, {@code run},
 * {@code value}, with its sensitive parts masked) and, if the builder says so, {@code log} ({@code
 * level}, {@code message}, {@code at}). After a cut, a browser continues where it was. It needs no
 * other right than the token, which is valid for one job and some time. {@link #handler()} serves
 * the JDK's HTTP server, {@link JobEventServlet} a servlet container.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("exports") // A module that uses the handler requires jdk.httpserver anyway
public final class JobEventStreams implements AutoCloseable {

  /** The default of {@link Builder#maxStreams}. */
  public static final int DEFAULT_MAX_STREAMS = 200;

  /** The default of {@link Builder#tokenValidFor}. */
  public static final Duration DEFAULT_TOKEN_VALID_FOR = Duration.ofHours(1);

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

  private final JobService jobs;
  private final JobTokens tokens;
  private final boolean withLog;
  private final int maxStreams;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<JobEventStream> streams = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService checks;
  private volatile boolean closed;

  private JobEventStreams(Builder builder) {
    this.jobs = builder.jobs;
    this.tokens = new JobTokens(builder.secret, builder.tokenValidFor, builder.clock);
    this.withLog = builder.withLog;
    this.maxStreams = builder.maxStreams;
    this.checks =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tenon-event-streams");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        checks.scheduleWithFixedDelay(
            () -> streams.forEach(JobEventStream::check),
            CHECK_INTERVAL.toMillis(),
            CHECK_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Starts to set up streams.
   *
   * @param jobs the service whose jobs are shown
   * @param secret signs the tokens: at least 32 random bytes, the same in all processes that serve
   *     the same users
   * @throws IllegalArgumentException if the secret is too short
   */
  public static Builder builder(JobService jobs, byte[] secret) {
    return new Builder(jobs, secret);
  }

  /** Sets up streams. Not thread-safe. */
  public static final class Builder {

    private final JobService jobs;
    private final byte[] secret;
    private Duration tokenValidFor = DEFAULT_TOKEN_VALID_FOR;
    private int maxStreams = DEFAULT_MAX_STREAMS;
    private boolean withLog;
    private Clock clock = Clock.systemUTC();

    private Builder(JobService jobs, byte[] secret) {
      this.jobs = Objects.requireNonNull(jobs, "jobs");
      this.secret = secret.clone();
      if (secret.length < JobTokens.MIN_SECRET_BYTES) {
        throw new IllegalArgumentException(
            "The secret has %d bytes; it must have at least %d. Make it once, with a random generator, and keep it with the other secrets of the application."
                .formatted(secret.length, JobTokens.MIN_SECRET_BYTES));
      }
    }

    /**
     * Sets how long a token is valid: a stream can be opened, and opened again after a cut, until
     * then. Default: an hour.
     *
     * @throws IllegalArgumentException if it is not positive, or is longer than 365 days
     */
    public Builder tokenValidFor(Duration duration) {
      if (duration.isNegative() || duration.isZero() || duration.compareTo(JobTokens.MAX) > 0) {
        throw new IllegalArgumentException(
            "A token would be valid for " + duration + "; it must be up to 365 days.");
      }
      this.tokenValidFor = duration;
      return this;
    }

    /**
     * Sets how many streams may be open at a time in this process; others are refused with status
     * 503. Default: 200.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxStreams(int max) {
      if (max < 1) {
        throw new IllegalArgumentException("maxStreams is " + max + "; it must be at least 1.");
      }
      this.maxStreams = max;
      return this;
    }

    /**
     * Sets whether users see the log of the job, without the data of its lines. Default: they do
     * not, because a log is often written for developers.
     */
    public Builder withLog(boolean shown) {
      this.withLog = shown;
      return this;
    }

    /** Sets the clock for the validity of tokens; the system's by default. */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** Makes the streams. */
    public JobEventStreams build() {
      return new JobEventStreams(this);
    }
  }

  /**
   * A token for one job, to be given to users who may see it. It consists of characters that need
   * no escapes in a URL. Nothing is stored.
   */
  public String token(UUID jobId) {
    return tokens.of(Objects.requireNonNull(jobId, "jobId"));
  }

  /** The number of streams that are open. */
  public int openStreams() {
    return open.get();
  }

  /**
   * Answers a request: with a stream, or with an error. An adapter calls it, such as {@link
   * #handler()} or {@link JobEventServlet}.
   *
   * @param request a {@code GET} with the parameter {@code token}; the path does not matter
   */
  public DashboardResponse handle(DashboardRequest request) {
    if (!request.method().equals("GET")) {
      return secured(DashboardResponse.text(405, "Use GET.\n").withHeader("Allow", "GET"));
    }
    Optional<UUID> jobId;
    try {
      jobId = request.query().get("token").flatMap(tokens::jobOf);
    } catch (BadRequestException e) {
      jobId = Optional.empty();
    }
    if (jobId.isEmpty()) {
      return secured(
          DashboardResponse.text(403, "The token is missing, is not valid, or has expired.\n"));
    }
    Optional<String> last = request.header("Last-Event-ID").filter(id -> !id.isEmpty());
    if (last.filter(JobEventStream::isLast).isPresent()) {
      // So that the browser does not connect again
      return secured(DashboardResponse.text(204, ""));
    }
    if (closed || open.incrementAndGet() > maxStreams) {
      if (!closed) {
        open.decrementAndGet();
      }
      return secured(
          DashboardResponse.text(503, "Too many streams are open. Try again later.\n")
              .withHeader("Retry-After", "10"));
    }
    return opened(jobId.get(), last);
  }

  private DashboardResponse opened(UUID jobId, Optional<String> last) {
    JobEventStream stream = new JobEventStream(withLog, this::ended);
    streams.add(stream);
    try {
      (last.isPresent() ? jobs.events(jobId, last.get()) : jobs.events(jobId)).subscribe(stream);
    } catch (IllegalArgumentException e) {
      stream.abandon();
      return secured(DashboardResponse.text(400, "The Last-Event-ID is not one of this stream.\n"));
    }
    return secured(DashboardResponse.stream(stream).withHeader("X-Accel-Buffering", "no"));
  }

  private void ended(JobEventStream stream) {
    if (streams.remove(stream)) {
      open.decrementAndGet();
    }
  }

  private static DashboardResponse secured(DashboardResponse response) {
    return response
        .withHeader("Cache-Control", "no-store")
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Referrer-Policy", "no-referrer");
  }

  /**
   * A handler for the JDK's HTTP server. Each stream keeps a thread of the server's executor, which
   * must have more of them than there may be streams.
   */
  public HttpHandler handler() {
    return this::serve;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      DashboardResponse response =
          handle(
              DashboardRequest.of(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI().getRawPath(),
                      exchange.getRequestURI().getRawQuery())
                  .withHeaders(exchange.getRequestHeaders()));
      DashboardServer.respond(exchange, response);
    }
  }

  /** Ends all streams; browsers try to connect again. */
  @Override
  public void close() {
    closed = true;
    checks.shutdownNow();
    streams.forEach(JobEventStream::abandon);
  }
}
