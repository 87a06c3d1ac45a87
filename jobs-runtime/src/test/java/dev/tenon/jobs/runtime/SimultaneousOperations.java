package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.runtime.ModelledWorker.Ending;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Does two operations at the same moment: what comes of them is what comes of one after the other.
 * Not thread-safe.
 */
final class SimultaneousOperations implements AutoCloseable {

  private final ModelledWorkflows workflows;
  private final WorkflowDatabase database;
  private final WorkflowModel model;
  private final Random random;
  private final ModelledWorker worker;
  private final WorkflowComparison comparison;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  SimultaneousOperations(
      ModelledWorkflows workflows, ModelledWorker worker, WorkflowComparison comparison) {
    this.workflows = workflows;
    this.database = workflows.database;
    this.model = workflows.model;
    this.random = workflows.random;
    this.worker = worker;
    this.comparison = comparison;
  }

  private record Operation(String what, Runnable real, Consumer<WorkflowModel> modelled) {}

  private Operation operation(Set<UUID> taken) {
    int kind = random.nextInt(4);
    if (kind < 2) {
      List<Ending> some =
          worker.endings(1 + random.nextInt(3)).stream()
              .filter(each -> taken.add(each.jobId()))
              .toList();
      boolean settles = random.nextBoolean();
      return new Operation(
          "finish " + some,
          () -> worker.record(some, settles, 0),
          now -> ModelledWorker.apply(now, some));
    }
    Node job = workflows.one(node -> !node.isFlow && node.id != null && !taken.contains(node.id));
    if (job == null) {
      return new Operation("nothing", () -> {}, now -> {});
    }
    UUID id = job.id();
    taken.add(id);
    if (kind == 2) {
      return new Operation(
          "cancel " + job,
          () -> {
            var unused = database.jobs().cancel(id, Actor.of("ann"));
          },
          now -> {
            boolean unused = now.cancel(now.of(id));
            now.settle();
          });
    }
    return new Operation(
        "retry " + job,
        () -> {
          boolean unused = database.retryUnlessStopped(id);
        },
        now -> {
          boolean unused = now.retry(now.of(id));
          now.settle();
        });
  }

  /** Does two operations, and leaves the model as the order says that agrees with the tables. */
  String two() {
    Set<UUID> taken = new HashSet<>();
    Operation first = operation(taken);
    Operation second = operation(taken);
    String what = "both " + first.what() + " and " + second.what();
    CyclicBarrier start = new CyclicBarrier(2);
    List<Future<?>> both =
        List.of(
            threads.submit(() -> begin(start, first)), threads.submit(() -> begin(start, second)));
    for (Future<?> each : both) {
      try {
        each.get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new AssertionError(what, e);
      }
    }
    WorkflowModel one = model.copy();
    WorkflowModel other = model.copy();
    first.modelled().accept(one);
    second.modelled().accept(one);
    second.modelled().accept(other);
    first.modelled().accept(other);
    model.replaceWith(comparison.agrees(one) || !comparison.agrees(other) ? one : other);
    return what;
  }

  private static void begin(CyclicBarrier start, Operation operation) {
    try {
      start.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
    operation.real().run();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
