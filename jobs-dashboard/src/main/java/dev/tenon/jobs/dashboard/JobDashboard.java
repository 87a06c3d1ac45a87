package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages for people who operate jobs: a request goes in, a response comes out. {@link
 * DashboardServer} serves them by the JDK's own server, {@link DashboardServlet} in a container of
 * Jakarta Servlet; other servers need an adapter of a few lines.
 *
 * <pre>{@code
 * JobDashboard dashboard =
 *     JobDashboard.builder(runtime)
 *         .accessPolicy(request -> users.of(request.header("X-Forwarded-User")))
 *         .build();
 * }</pre>
 *
 * <p>It is closed by default: without an access policy it cannot be built. Thread-safe.
 */
public final class JobDashboard implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobDashboard.class);

  /** The policy: no content from other sites, no inline code, no frames. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
          + " object-src 'none'";

  private static final int MAX_PAGES = 32;
  private static final int MAX_PARTS = 16;
  private static final int MAX_WAITING_PAGES = 256;

  /** These pages report on their own whether the database responds. */
  private static final Set<String> WITHOUT_DATABASE = Set.of("status", "events", "display");

  /** The path that a scaling token is good for. */
  private static final List<String> SCALING = List.of("scaling");

  private final AccessPolicy policy;
  private final ScalingToken scalingToken;
  private final Csrf csrf;
  private final Assets assets = new Assets();
  private final Readiness readiness;
  private final Pulse pulse;
  private final BoundedPages bounded;
  private final Site site;
  private final Live live;
  private final ExecutorService background;
  private final ExecutorService looking;
  private final ExecutorService asking;
  private final ExecutorService reading;
  private final Map<String, Page> pages;

  private JobDashboard(Builder builder, AccessPolicy policy) {
    this.policy = policy;
    this.scalingToken = builder.scalingToken;
    this.csrf = new Csrf(builder.origins);
    Format format = new Format(builder.clock, builder.zone);
    this.live =
        new Live(builder.runtime.jobs(), builder.runtime.monitor(), format, builder.maxStreams);
    this.background = threads("tenon-dashboard-bulk", 2, Integer.MAX_VALUE);
    this.looking = threads("tenon-dashboard-page", MAX_PAGES, MAX_WAITING_PAGES);
    this.bounded = new BoundedPages(looking);
    // Pages that wait for it may have all other threads
    this.reading = threads("tenon-dashboard-part", MAX_PARTS, MAX_WAITING_PAGES);
    this.asking = threads("tenon-dashboard-pulse", 3, Integer.MAX_VALUE);
    this.pulse =
        new Pulse(
            builder.runtime.monitor(),
            builder.runtime.jobs().types(),
            builder.runtime.jobs().steps(),
            builder.runtime::health,
            builder.clock,
            asking);
    this.readiness = new Readiness(builder.runtime::health);
    this.site =
        new Site(
            builder.runtime.jobs(),
            builder.runtime.monitor(),
            builder.runtime::health,
            new Catalog(builder.runtime.catalog()),
            format,
            builder.traces,
            live,
            pulse,
            new Seal(),
            reading,
            background);
    Downloads downloads = new Downloads();
    this.pages =
        Map.ofEntries(
            Map.entry("", new OverviewPage()),
            Map.entry("data", new OverviewPage.Data()),
            Map.entry("display", new DisplayPage()),
            Map.entry("events", live),
            Map.entry("jobs", new JobsPages(downloads)),
            Map.entry("bulk", new BulkPage()),
            Map.entry("in-doubt", new InDoubtPage()),
            Map.entry("failures", new FailuresPage()),
            Map.entry("types", new TypesPages()),
            Map.entry("schedules", new SchedulesPage()),
            Map.entry("workflows", new WorkflowsPage()),
            Map.entry("workers", new WorkersPage()),
            Map.entry("versions", new VersionsPage()),
            Map.entry("scaling", new ScalingPage()),
            Map.entry("status", new HealthPage()),
            Map.entry("audit", new AuditPage(downloads)));
  }

  private static ExecutorService threads(String name, int size, int maxWaiting) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            size,
            size,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxWaiting),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Starts to build a dashboard of what a runtime has. */
  public static Builder builder(JobsRuntime runtime) {
    return new Builder(Objects.requireNonNull(runtime, "runtime"));
  }

  /** Answers a request. It does not throw. */
  public DashboardResponse handle(DashboardRequest request) {
    DashboardResponse response = secured(answer(request));
    if (!request.method().equals("HEAD")) {
      return response;
    }
    response.stream().ifPresent(DashboardResponse.Stream::abandon);
    return response.withoutBody();
  }

  /** An answer with the headers that guard it. */
  static DashboardResponse secured(DashboardResponse response) {
    DashboardResponse secured =
        response
            .withHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            .withHeader("X-Content-Type-Options", "nosniff")
            .withHeader("X-Frame-Options", "DENY")
            // With no-referrer, browsers would send the origin null with forms
            .withHeader("Referrer-Policy", "same-origin")
            .withHeader("Cross-Origin-Opener-Policy", "same-origin")
            .withHeader("Cross-Origin-Resource-Policy", "same-origin");
    return response.headers().containsKey("Cache-Control")
        ? secured
        : secured.withHeader("Cache-Control", "no-store");
  }

  private DashboardResponse answer(DashboardRequest request) {
    @Nullable Call call = null;
    long since = System.nanoTime();
    boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
    try {
      request.checkQuery();
      List<String> path = Call.split(request.path());
      if (path.size() == 2 && path.get(0).equals("health")) {
        return probe(path.get(1));
      }
      DashboardUser user =
          path.equals(SCALING) && scalingToken.isIn(request)
              ? ScalingToken.AUTOSCALER
              : policy.userOf(request);
      if (!user.maySomewhere(Right.READ)) {
        LOG.debug("Refused to {}: {}.", user.name(), request);
        return DashboardResponse.text(403, "You may not view this dashboard.\n");
      }
      if (!isRead) {
        if (!request.method().equals("POST")) {
          return DashboardResponse.text(405, "Only GET, HEAD and POST are supported here.\n")
              .withHeader("Allow", "GET, HEAD, POST");
        }
        csrf.check(request);
      }
      String first = path.isEmpty() ? "" : path.get(0);
      if (first.equals("assets")) {
        return (path.size() == 2 ? assets.find(path.get(1)) : Optional.<DashboardResponse>empty())
            .orElseThrow(() -> new RefusedException(404, "There is no such file."));
      }
      call = new Call(request, user, path, site);
      Page page = pages.get(first);
      if (page == null) {
        throw new RefusedException(404, "There is no such page.");
      }
      if (!WITHOUT_DATABASE.contains(first)) {
        pulse.requireDatabase();
      }
      // What changes something is not given up half way
      return isRead ? bounded.answer(page, call, since) : page.answer(call);
    } catch (RefusedException e) {
      if (e.status() == 503) {
        LOG.debug("The dashboard could not respond to {}.", request, e);
      }
      return error(call, e.status(), e.getMessage());
    } catch (JobStoreRefusedException e) {
      return error(call, 409, e.getMessage());
    } catch (JobStoreException e) {
      LOG.debug("The dashboard could not respond to {}.", request, e);
      return error(call, 503, DatabaseAwayException.describe(e));
    } catch (IllegalArgumentException e) {
      // Such as the cursor of another page in the address
      return error(call, isRead ? 400 : 409, e.getMessage());
    } catch (JobsException e) {
      return error(call, 409, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The dashboard failed to respond to {}; the user sees status 500.", request, e);
      return error(call, 500, "An internal error occurred. See the log of the application.");
    }
  }

  private static DashboardResponse error(
      @Nullable Call call, int status, @Nullable String message) {
    String text = String.valueOf(message);
    if (call == null) {
      return DashboardResponse.text(status, text + "\n");
    }
    return DashboardResponse.html(
        status,
        ErrorViewTemplate.of()
            .execute(
                new ErrorView(
                    Frame.of(
                        call, "-", status == 404 ? "Not found" : "Request failed", false, false),
                    status,
                    text,
                    status == 503 && call.user().right().includes(Right.READ))));
  }

  /** Says whether to restart the process, or to send it requests; nothing else. */
  private DashboardResponse probe(String name) {
    return switch (name) {
      case "live" -> DashboardResponse.text(200, "ok\n");
      case "ready" ->
          readiness.isReady()
              ? DashboardResponse.text(200, "ok\n")
              : DashboardResponse.text(503, "not ready\n");
      default -> DashboardResponse.text(404, "The probes are /health/live and /health/ready.\n");
    };
  }

  int maxStreams() {
    return live.maxStreams();
  }

  int openStreams() {
    return live.openStreams();
  }

  /**
   * Ends all streams of events that are open at present, for a server that is about to stop and
   * waits for open requests. Pages open their streams again after five seconds.
   */
  public void endStreams() {
    live.endStreams();
  }

  /**
   * Ends all streams, and returns immediately. Bulk operations continue until they are done or the
   * runtime is closed, whichever comes first; an audit entry without an outcome may not have been
   * carried out.
   */
  @Override
  public void close() {
    live.close();
    background.shutdown();
    looking.shutdownNow();
    asking.shutdownNow();
    reading.shutdownNow();
  }

  /** Builds a dashboard. Not thread-safe. */
  public static final class Builder {

    private final JobsRuntime runtime;
    private @Nullable AccessPolicy policy;
    private final Set<String> origins = new HashSet<>();
    private ZoneId zone = ZoneOffset.UTC;
    private final Clock clock = Clock.systemUTC();
    private TraceLink traces = TraceLink.NONE;
    private int maxStreams = 256;
    private ScalingToken scalingToken = new ScalingToken(null);

    private Builder(JobsRuntime runtime) {
      this.runtime = runtime;
    }

    /** Sets the access policy, which decides who may do what. There is no default. */
    public Builder accessPolicy(AccessPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Adds an address of the dashboard as browsers see it, such as {@code https://ops.example.com},
     * for when a proxy changes the header {@code Host}. Requests that change something must then
     * come from one of these addresses.
     *
     * @throws IllegalArgumentException if it has a path, or a slash at the end
     */
    public Builder origin(String origin) {
      if (!origin.matches("https?://[^/?#]+")) {
        throw new IllegalArgumentException(
            "The origin is '"
                + origin
                + "'; write it as https://ops.example.com, with a port if needed, and without a"
                + " path.");
      }
      origins.add(origin);
      return this;
    }

    /** Sets the time zone for users who have not chosen another; without it, UTC. */
    public Builder zone(ZoneId zone) {
      this.zone = Objects.requireNonNull(zone, "zone");
      return this;
    }

    /**
     * Sets the address of the trace of a job, such as {@code
     * https://tracing.example.com/trace/{traceId}}; {@code {traceId}} stands for the 32 hexadecimal
     * digits of the trace that the job was submitted in. Without it, the page of a job shows these
     * digits only.
     *
     * @throws IllegalArgumentException if it does not begin with {@code http://} or {@code
     *     https://}, or does not have {@code {traceId}} once, after the host
     */
    public Builder traceUrl(String template) {
      this.traces = TraceLink.of(template);
      return this;
    }

    /**
     * Sets the most streams of events that may be open at a time; without it, 256. Pages that get
     * none still refresh every ten seconds, and ask again later.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxStreams(int maxStreams) {
      if (maxStreams < 0) {
        throw new IllegalArgumentException(
            "maxStreams is " + maxStreams + "; it must be at least 0.");
      }
      this.maxStreams = maxStreams;
      return this;
    }

    /**
     * Sets a token for an autoscaler: whoever sends it as {@code Authorization: Bearer …} may ask
     * {@code /scaling} how many workers are needed, and nothing else. Without it, only users whom
     * the access policy lets read all types may ask that.
     *
     * @throws IllegalArgumentException if it has fewer than 16 characters, or others than visible
     *     ASCII characters
     */
    public Builder scalingToken(String token) {
      this.scalingToken = new ScalingToken(Objects.requireNonNull(token, "token"));
      return this;
    }

    /**
     * Builds the dashboard.
     *
     * @throws IllegalStateException if there is no access policy
     */
    public JobDashboard build() {
      if (policy == null) {
        throw new IllegalStateException(
            "The dashboard has no access policy, so everybody could use it. Set one with"
                + " accessPolicy(…), which says who a request comes from. On a machine that nobody"
                + " else can reach, AccessPolicy.everybody(name, right) is enough.");
      }
      return new JobDashboard(this, policy);
    }
  }
}
