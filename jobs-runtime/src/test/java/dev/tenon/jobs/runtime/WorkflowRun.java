package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import dev.tenon.jobs.runtime.WorkflowModel.Status;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * Does random operations on workflows, and checks after each of them that the tables are as the
 * model says. Not thread-safe.
 */
final class WorkflowRun implements AutoCloseable {

  private final ModelledWorkflows workflows;
  private final WorkflowDatabase database;
  private final WorkflowModel model;
  private final Random random;
  private final WorkflowComparison comparison;
  private final ModelledWorker worker;
  private final ModelledControls controls;
  private final SimultaneousOperations simultaneous;
  private int operations;

  WorkflowRun(long seed, DataSource source) {
    workflows = new ModelledWorkflows(seed, source);
    database = workflows.database;
    model = workflows.model;
    random = workflows.random;
    comparison = new WorkflowComparison(database);
    worker = new ModelledWorker(workflows, comparison);
    controls = new ModelledControls(workflows);
    simultaneous = new SimultaneousOperations(workflows, worker, comparison);
  }

  int operations() {
    return operations;
  }

  /** Random graphs, random operations, and then everything ends. */
  void run(int tasks, int count) {
    workflows.submit(tasks);
    for (int i = 0; i < count; i++) {
      step();
    }
    drain();
    // Now each of them has ended, and can run again
    for (int i = 0; i < 3; i++) {
      comparison.check(model, each("run again", node -> !node.isGone, controls::runAgain));
      operations++;
      for (int j = 0; j < 5; j++) {
        step();
      }
      drain();
    }
  }

  private void step() {
    String what = operate();
    operations++;
    publish();
    comparison.check(model, what);
  }

  private String operate() {
    int kind = random.nextInt(100);
    if (kind < 20) {
      return worker.claim();
    } else if (kind < 50) {
      return worker.finish();
    } else if (kind < 62) {
      return worker.prepare();
    } else if (kind < 65) {
      return each("cancel", job -> !job.isFlow, controls::cancel);
    } else if (kind < 66) {
      return each("expire", job -> !job.isFlow, worker::expire);
    } else if (kind < 72) {
      return each("retry", job -> !job.isFlow && job.status().hasEnded(), controls::retry);
    } else if (kind < 73) {
      return each(
          "run again",
          node -> node.id != null && (random.nextInt(9) == 0 || model.hasEnded(node)),
          controls::runAgain);
    } else if (kind < 75) {
      return random.nextBoolean()
          ? each("retry all", node -> node.isFlow, controls::retryFlow)
          : each("retry in bulk", node -> node.isFlow, controls::retryInBulk);
    } else if (kind < 76) {
      return each("cancel all", node -> node.isFlow, controls::cancelFlow);
    } else if (kind < 78) {
      return each("pause", node -> node.isFlow, controls::pause);
    } else if (kind < 82) {
      return each("resume", node -> node.isFlow && node.isPaused, controls::resume);
    } else if (kind < 85) {
      return each("add", ModelledWorkflows::isPlainFlow, controls::grow);
    } else if (kind < 86) {
      return each("close", WorkflowRun::isPlainAndOpen, controls::closeFlow);
    } else if (kind < 87) {
      return worker.lose();
    } else if (kind < 88) {
      workflows.submit(1 + random.nextInt(10));
      return "submit";
    } else {
      return simultaneous.two();
    }
  }

  private static boolean isPlainAndOpen(Node node) {
    return ModelledWorkflows.isPlainFlow(node) && node.isOpen;
  }

  private String each(String what, Predicate<Node> condition, Consumer<Node> action) {
    Node node = workflows.one(condition);
    if (node == null) {
      return "nothing";
    }
    String text = what + " " + node;
    try {
      action.accept(node);
    } catch (AssertionError e) {
      throw e;
    } catch (RuntimeException e) {
      throw new AssertionError(text, e);
    }
    return text;
  }

  /** What the broker has confirmed; or the process dies before. */
  private void publish() {
    List<PublishedPointer> confirmed = database.takePointers();
    if (!confirmed.isEmpty() && random.nextBoolean()) {
      database.markQueued(confirmed);
    }
  }

  /** Everything that can run runs, and then nothing waits. */
  private void drain() {
    model.flows(node -> node.isPaused).forEach(controls::resume);
    model.flows(WorkflowRun::isPlainAndOpen).forEach(controls::closeFlow);
    database.makeLaterJobsDue();
    model.jobs(job -> job.isLater).forEach(job -> job.isLater = false);
    boolean isUnfinished = true;
    while (isUnfinished) {
      String made = worker.prepare(0);
      String claimed = worker.claim();
      worker.completeAll();
      comparison.check(model, "draining: " + made + ", " + claimed);
      isUnfinished =
          model.nodes.stream()
              .anyMatch(
                  node ->
                      node.status == Status.UNMADE
                          || node.status == Status.DUE
                          || node.status == Status.RUNNING);
    }
    Collection<Node> stuck =
        model.nodes.stream()
            .filter(node -> !node.isFollowUp() && model.outcome(node) == null)
            .toList();
    assertThat(stuck).as("what is stuck").isEmpty();
  }

  @Override
  public void close() {
    simultaneous.close();
    workflows.close();
  }
}
