package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes many jobs: first shows how many, then asks why, then does it. */
final class BulkPage implements Page {

  private static final Logger LOG = LoggerFactory.getLogger(BulkPage.class);

  /** With more, one had better narrow down what one looks for. */
  static final long MAX_JOBS = 1_000_000;

  private static final long PATIENCE_SECONDS = 5;
  private static final int SAMPLES = 5;
  private static final List<String> FILTERS =
      List.of(
          "type",
          "status",
          "item",
          "by",
          "key",
          "header",
          "error",
          "fingerprint",
          "workflow",
          "since",
          Period.FROM,
          Period.TO,
          "ids",
          "of");

  /** An action on many jobs. */
  private enum Action {
    CANCEL("Cancel %s", Right.ACT),
    RETRY("Retry %s", Right.ACT),
    NOW("Run %s now", Right.ACT),
    PRIORITY("Reprioritize %s", Right.ACT),
    DELETE("Delete %s", Right.ADMINISTER);

    private final String verb;
    private final Right right;

    Action(String verb, Right right) {
      this.verb = verb;
      this.right = right;
    }

    /** The action on some jobs in words, such as "Run 3 jobs now". */
    String label(String jobs) {
      return verb.formatted(jobs);
    }

    static Action of(Parameters parameters) {
      String name = parameters.require("action", "an action");
      return Arrays.stream(values())
          .filter(action -> JobsPages.lower(action).equals(name))
          .findFirst()
          .orElseThrow(() -> new BadRequestException("There is no action '" + name + "'."));
    }
  }

  @Override
  public DashboardResponse answer(Call call) {
    if (!call.rest().isEmpty()) {
      throw new RefusedException(404, "There is no such page.");
    }
    return call.isPost() ? run(call) : ask(call);
  }

  private static DashboardResponse ask(Call call) {
    Parameters parameters = call.query();
    Action action = Action.of(parameters);
    JobQuery query = Filter.of(call, parameters, action.right).query();
    long count = call.site().jobs().count(query, MAX_JOBS + 1);
    if (count > MAX_JOBS) {
      throw new BadRequestException(
          "There are more than %s %s. Narrow the search."
              .formatted(Format.number(MAX_JOBS), query.describe()));
    }
    List<BulkView.Hidden> hidden = new ArrayList<>();
    for (String name : FILTERS) {
      parameters.all(name).forEach(value -> hidden.add(new BulkView.Hidden(name, value)));
    }
    boolean isOfTicked = Filter.isOfTicked(parameters);
    long missing = isOfTicked ? Math.max(0, query.ids().size() - count) : 0;
    return DashboardResponse.html(
        200,
        BulkViewTemplate.of()
            .execute(
                new BulkView(
                    Frame.of(
                        call,
                        "jobs",
                        action.label(isOfTicked ? "selected jobs" : "all matching jobs"),
                        true,
                        false),
                    JobsPages.lower(action),
                    action.label(Format.number(count) + (count == 1 ? " job" : " jobs")),
                    Format.number(count),
                    Long.toString(count),
                    isOfTicked ? "selected " + (count == 1 ? "job" : "jobs") : query.describe(),
                    missing == 0 ? "" : Format.number(missing),
                    hidden,
                    action == Action.PRIORITY,
                    Option.of(
                        Arrays.stream(JobPriority.values()).map(JobPriority::code).toList(),
                        "normal"),
                    count == 0,
                    call.base() + back(parameters),
                    isOfTicked ? "Selected jobs" : "Newest matching jobs",
                    JobRow.of(
                        call.site()
                            .jobs()
                            .list(query.withLimit(isOfTicked ? Filter.MAX_TICKED : SAMPLES))
                            .items(),
                        call.format()))));
  }

  /** The path of the list that the user came from. */
  private static String back(Parameters parameters) {
    Optional<String> list = parameters.get("back").filter(path -> path.startsWith("/jobs?"));
    if (list.isPresent() || Filter.isOfTicked(parameters)) {
      return list.orElse("/jobs");
    }
    String rest = parameters.encoded("action", "done", "seal");
    return "/jobs" + (rest.isEmpty() ? "" : "?" + rest);
  }

  private static DashboardResponse run(Call call) {
    Parameters form = call.form();
    Action action = Action.of(form);
    JobQuery query = Filter.of(call, form, action.right).query();
    String reason = form.require("reason", "a reason");
    BulkOptions options = BulkOptions.defaults().withExpectedCount(count(form));
    Actor actor = call.actor(reason);
    JobPriority priority =
        action == Action.PRIORITY
            ? JobsPages.priority(form.require("priority", "a priority"))
            : JobPriority.NORMAL;
    JobBulkOperations bulk = call.site().jobs().bulk();
    boolean maySeeAudit = call.user().right().includes(Right.READ);
    String next = maySeeAudit ? "/audit" : "/jobs";
    CompletableFuture<String> operation =
        inBackground(
            call,
            () ->
                Call.change(
                    () ->
                        said(
                            switch (action) {
                              case CANCEL -> bulk.cancel(query, options, actor);
                              case RETRY -> bulk.retry(query, options, actor);
                              case NOW ->
                                  bulk.reschedule(query, call.format().now(), options, actor);
                              case PRIORITY -> bulk.reprioritize(query, priority, options, actor);
                              case DELETE -> bulk.delete(query, options, actor);
                            })));
    try {
      return call.done(next, operation.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      CompletableFuture<String> unused =
          operation.whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  LOG.warn("A bulk operation of {} ended early.", call.user().name(), failure);
                }
              });
      return call.done(
          next,
          "The operation is still running, or waits for its turn"
              + (maySeeAudit ? "; its progress is shown below." : "."));
    } catch (ExecutionException | CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("A bulk operation failed.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(503, "The dashboard is shutting down.");
    }
  }

  private static CompletableFuture<String> inBackground(Call call, Supplier<String> operation) {
    try {
      return CompletableFuture.supplyAsync(operation, call.site().background());
    } catch (RejectedExecutionException e) {
      throw new RefusedException(503, "The dashboard is shutting down.", e);
    }
  }

  private static long count(Parameters form) {
    String text = form.require("count", "the expected number of jobs");
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + text + "' is not a number of jobs.");
    }
  }

  private static String said(JobOperation operation) {
    JobOperation.Counts counts = operation.counts();
    return "%s of %s jobs changed%s, %s skipped."
        .formatted(
            Format.number(counts.changed()),
            Format.number(counts.matched()),
            counts.askedToStop() == 0
                ? ""
                : ", %s running jobs asked to stop".formatted(Format.number(counts.askedToStop())),
            Format.number(counts.skipped() + counts.locked()));
  }
}
