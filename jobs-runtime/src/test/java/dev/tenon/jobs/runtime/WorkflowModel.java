package dev.tenon.jobs.runtime;

import dev.tenon.jobs.definition.TaskCondition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What workflows promise, without a database: which jobs may start after anything that was done,
 * and how everything has ended. It counts nothing: whatever it says, it finds by looking at every
 * member. Not thread-safe.
 */
final class WorkflowModel {

  /** With that many lost workers a job fails. */
  static final int MAX_CRASHES = 2;

  /** How far a job is; also a task with many jobs, while it has none. */
  enum Status {
    WAITING,
    UNMADE,
    DUE,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED,
    SKIPPED;

    boolean hasEnded() {
      return compareTo(RUNNING) > 0;
    }
  }

  /** How an attempt ends. */
  enum End {
    COMPLETE,
    FAIL,
    TRY_AGAIN,
    SNOOZE,
    RELEASE,
    CANCEL
  }

  /** A job or a workflow by its index, and what has to become of it. */
  record Edge(int before, TaskCondition condition) {}

  /** A job or a workflow. */
  static final class Node {
    final int index;
    final int flow;
    final boolean isFlow;
    final List<Edge> edges = new ArrayList<>();

    /** What all of the workflow waits for. */
    final List<Edge> gates = new ArrayList<>();

    final List<Integer> members = new ArrayList<>();
    final List<Integer> followUps = new ArrayList<>();
    @Nullable UUID id;
    String name = "";

    /** Null for a workflow that has what it has. */
    @Nullable Status status;

    @Nullable TaskCondition event;
    boolean isReleased;
    boolean hasInput;
    boolean isMade;
    boolean isLater;
    boolean isAttempted;
    boolean cancelRequested;
    int crashes;
    boolean isForEach;
    boolean isOpen;
    boolean isPaused;
    boolean hasFailures;

    /** Whether it was deleted, because the payloads of its task are made again. */
    boolean isGone;

    @Nullable Status last;

    Node(int index, int flow, boolean isFlow) {
      this.index = index;
      this.flow = flow;
      this.isFlow = isFlow;
    }

    boolean isFollowUp() {
      return event != null;
    }

    UUID id() {
      return Objects.requireNonNull(id);
    }

    Status status() {
      return Objects.requireNonNull(status);
    }

    Node copy() {
      Node copy = new Node(index, flow, isFlow);
      copy.edges.addAll(edges);
      copy.gates.addAll(gates);
      copy.members.addAll(members);
      copy.followUps.addAll(followUps);
      copy.id = id;
      copy.name = name;
      copy.status = status;
      copy.event = event;
      copy.isReleased = isReleased;
      copy.hasInput = hasInput;
      copy.isMade = isMade;
      copy.isLater = isLater;
      copy.isAttempted = isAttempted;
      copy.cancelRequested = cancelRequested;
      copy.crashes = crashes;
      copy.isForEach = isForEach;
      copy.isOpen = isOpen;
      copy.isPaused = isPaused;
      copy.hasFailures = hasFailures;
      copy.isGone = isGone;
      copy.last = last;
      return copy;
    }

    @Override
    public String toString() {
      return "%s#%d %s".formatted(name, index, status);
    }
  }

  final List<Node> nodes = new ArrayList<>();
  private final Map<UUID, Integer> byId = new HashMap<>();

  /** How workflows have ended, while nothing changes. */
  private final Map<Integer, Optional<Status>> outcomes = new HashMap<>();

  private boolean isSettling;

  WorkflowModel copy() {
    WorkflowModel copy = new WorkflowModel();
    nodes.forEach(node -> copy.nodes.add(node.copy()));
    copy.byId.putAll(byId);
    return copy;
  }

  /** Takes over the state of another model, which must not be used afterwards. */
  void replaceWith(WorkflowModel other) {
    nodes.clear();
    nodes.addAll(other.nodes);
    byId.clear();
    byId.putAll(other.byId);
    outcomes.clear();
  }

  Node add(int flow, boolean isFlow) {
    Node node = new Node(nodes.size(), flow, isFlow);
    nodes.add(node);
    return node;
  }

  void identify(Node node, UUID id) {
    node.id = id;
    byId.put(id, node.index);
  }

  Node of(UUID id) {
    return nodes.get(Objects.requireNonNull(byId.get(id), () -> "unknown " + id));
  }

  boolean knows(UUID id) {
    return byId.containsKey(id);
  }

  List<Node> jobs(Predicate<Node> condition) {
    return nodes.stream()
        .filter(node -> !node.isFlow && !node.isGone && condition.test(node))
        .toList();
  }

  List<Node> flows(Predicate<Node> condition) {
    return nodes.stream().filter(node -> node.isFlow && condition.test(node)).toList();
  }

  Node flowOf(Node node) {
    return nodes.get(node.flow);
  }

  boolean mayStart(Node job) {
    return job.status == Status.DUE && !job.isLater && !flowOf(job).isPaused;
  }

  // How it stands

  @Nullable Status outcome(Node node) {
    if (!isSettling || !node.isFlow) {
      return look(node);
    }
    Optional<Status> known = outcomes.get(node.index);
    if (known == null) {
      known = Optional.ofNullable(look(node));
      outcomes.put(node.index, known);
    }
    return known.orElse(null);
  }

  private @Nullable Status look(Node node) {
    Status status = node.status;
    if (status != null) {
      return status.hasEnded() ? status : null;
    }
    if (node.isOpen) {
      return null;
    }
    Set<Status> outcomes = new HashSet<>();
    for (int member : node.members) {
      Status outcome = outcome(nodes.get(member));
      if (outcome == null) {
        return null;
      }
      outcomes.add(outcome);
    }
    if (outcomes.contains(Status.FAILED)) {
      return Status.FAILED;
    }
    if (outcomes.contains(Status.CANCELLED)) {
      return Status.CANCELLED;
    }
    return outcomes.equals(Set.of(Status.SKIPPED)) ? Status.SKIPPED : Status.COMPLETED;
  }

  boolean isAttempted(Node node) {
    if (!node.isFlow) {
      return node.isAttempted || outcome(node) != null;
    }
    if (node.status != null) {
      return node.status.hasEnded();
    }
    return !node.isOpen && node.members.stream().allMatch(member -> isAttempted(nodes.get(member)));
  }

  /** True if it is met, false if it cannot be met as things are, null if it waits. */
  private @Nullable Boolean state(TaskCondition condition, Node before) {
    Status outcome = outcome(before);
    return switch (condition) {
      case ALL_ATTEMPTED -> isAttempted(before) ? Boolean.TRUE : null;
      case FIRST_FAILURE ->
          before.hasFailures ? Boolean.TRUE : outcome == null ? null : Boolean.FALSE;
      case ENDED -> outcome == null ? null : Boolean.TRUE;
      case NOT_SKIPPED -> outcome == null ? null : outcome != Status.SKIPPED;
      case SUCCEEDED -> outcome == null ? null : outcome == Status.COMPLETED;
      case FAILED ->
          outcome == null ? null : outcome == Status.FAILED || outcome == Status.CANCELLED;
    };
  }

  boolean isBroken(Node node) {
    return !node.isReleased
        && node.edges.stream()
            .anyMatch(
                edge -> Boolean.FALSE.equals(state(edge.condition(), nodes.get(edge.before()))));
  }

  private boolean isMet(Node node) {
    return node.edges.stream()
        .allMatch(edge -> Boolean.TRUE.equals(state(edge.condition(), nodes.get(edge.before()))));
  }

  // What follows from what was done

  void settle() {
    isSettling = true;
    outcomes.clear();
    boolean isUnfinished = true;
    while (isUnfinished) {
      isUnfinished = false;
      for (Node node : nodes) {
        if (!node.isFollowUp() && move(node)) {
          isUnfinished = true;
          outcomes.clear();
        }
      }
    }
    Map<Node, Boolean> again = new HashMap<>();
    for (Node flow : flows(node -> true)) {
      boolean failed = false;
      boolean retried = false;
      for (Node member : withMembers(flow)) {
        Status outcome = outcome(member);
        boolean runsAgain = member.last != null && outcome == null;
        again.merge(flow, runsAgain, Boolean::logicalOr);
        if (!member.isFlow || member.status != null) {
          failed |= member.last != Status.FAILED && outcome == Status.FAILED;
          retried |= runsAgain && member.last != Status.SKIPPED;
        }
      }
      flow.hasFailures = failed || (flow.hasFailures && !retried);
    }
    for (Node flow : flows(node -> true)) {
      for (int index : List.copyOf(flow.followUps)) {
        Node followUp = nodes.get(index);
        Edge edge = followUp.edges.get(0);
        if (followUp.isReleased
            && again.getOrDefault(flow, false)
            && state(edge.condition(), flow) == null) {
          renew(flow, followUp);
        } else {
          move(followUp);
        }
      }
    }
    nodes.forEach(node -> node.last = outcome(node));
    isSettling = false;
  }

  private void renew(Node flow, Node followUp) {
    Node next = add(flow.index, false);
    next.name = followUp.name;
    next.event = followUp.event;
    next.status = Status.WAITING;
    next.edges.addAll(followUp.edges);
    flow.followUps.remove((Integer) followUp.index);
    flow.followUps.add(next.index);
  }

  private boolean move(Node node) {
    if (node.isReleased || node.edges.isEmpty()) {
      return false;
    }
    if (isBroken(node)) {
      if (node.status != Status.WAITING) {
        return false;
      }
      node.status = Status.SKIPPED;
      return true;
    }
    if (isMet(node)) {
      node.isReleased = true;
      if (node.status == Status.WAITING || node.status == Status.SKIPPED) {
        letGo(node);
      }
      return true;
    }
    if (node.status == Status.SKIPPED) {
      node.status = Status.WAITING;
      return true;
    }
    return false;
  }

  private static void letGo(Node node) {
    if (node.hasInput && !node.isMade) {
      node.status = Status.UNMADE;
    } else if (node.isFlow) {
      node.status = null;
    } else {
      node.status = Status.DUE;
    }
  }

  // What is done

  void start(Node job) {
    job.status = Status.RUNNING;
  }

  void end(Node job, End end) {
    switch (end) {
      case COMPLETE -> job.status = Status.COMPLETED;
      case FAIL -> job.status = Status.FAILED;
      case CANCEL -> job.status = Status.CANCELLED;
      case TRY_AGAIN -> {
        job.isAttempted = true;
        putBack(job, false);
      }
      case SNOOZE -> putBack(job, true);
      case RELEASE -> putBack(job, false);
    }
  }

  private void putBack(Node job, boolean isLater) {
    job.status = job.cancelRequested ? Status.CANCELLED : Status.DUE;
    job.isLater = isLater && !flowOf(job).isPaused;
  }

  void lose(Node job) {
    job.crashes++;
    putBack(job, false);
    if (job.status == Status.DUE && job.crashes >= MAX_CRASHES) {
      job.status = Status.FAILED;
    }
  }

  /** Whether it had not ended. */
  boolean cancel(Node job) {
    if (job.status == Status.RUNNING) {
      job.cancelRequested = true;
      return true;
    }
    if (job.status().hasEnded()) {
      return false;
    }
    job.status = Status.CANCELLED;
    return true;
  }

  /** Whether it is run again. */
  boolean retry(Node node) {
    if ((node.status != Status.FAILED && node.status != Status.CANCELLED) || isBroken(node)) {
      return false;
    }
    node.isAttempted = false;
    node.cancelRequested = false;
    node.crashes = 0;
    node.isLater = false;
    if (!node.edges.isEmpty() && !node.isReleased) {
      node.status = Status.WAITING;
    } else {
      letGo(node);
    }
    return true;
  }

  /** The members of a workflow, and theirs. */
  private List<Node> withMembers(Node flow) {
    List<Node> all = new ArrayList<>();
    for (Node each : withNested(flow)) {
      each.members.forEach(member -> all.add(nodes.get(member)));
    }
    return all;
  }

  /** The workflow, and those that are tasks of it. */
  List<Node> withNested(Node flow) {
    List<Node> all = new ArrayList<>(List.of(flow));
    for (int i = 0; i < all.size(); i++) {
      for (int member : all.get(i).members) {
        if (nodes.get(member).isFlow) {
          all.add(nodes.get(member));
        }
      }
    }
    return all;
  }

  private List<Node> inOrder(Node flow, Predicate<Node> condition) {
    Set<Integer> flows = new HashSet<>();
    withNested(flow).forEach(each -> flows.add(each.index));
    return jobs(job -> flows.contains(job.flow) && condition.test(job)).stream()
        .sorted(Comparator.comparing(job -> job.id().toString()))
        .toList();
  }

  int cancelFlow(Node flow) {
    int cancelled = 0;
    for (Node each : withNested(flow)) {
      if (each.isForEach && (each.status == Status.WAITING || each.status == Status.UNMADE)) {
        each.status = Status.CANCELLED;
        cancelled++;
      }
    }
    settle();
    for (boolean isRunning : List.of(false, true)) {
      for (Node job :
          inOrder(
              flow,
              job ->
                  !job.isFollowUp()
                      && outcome(job) == null
                      && isRunning == (job.status == Status.RUNNING))) {
        if (cancel(job)) {
          cancelled++;
          settle();
        }
      }
    }
    return cancelled;
  }

  int retryFlow(Node flow) {
    int retried = retryAll(inOrder(flow, job -> !job.isFollowUp() && isRetryable(job)));
    boolean isUnfinished = true;
    Set<Node> seen = new HashSet<>();
    while (isUnfinished) {
      List<Node> ready =
          withNested(flow).stream()
              .filter(each -> each.isForEach && !seen.contains(each) && !isBroken(each))
              .filter(WorkflowModel::isRetryable)
              .toList();
      seen.addAll(ready);
      ready.forEach(this::retry);
      retried += ready.size();
      settle();
      isUnfinished = !ready.isEmpty();
    }
    return retried + retryAll(inOrder(flow, this::isFollowUpToRetry));
  }

  /** Another job takes the place of a follow-up whose event can come again. */
  private boolean isFollowUpToRetry(Node job) {
    return job.isFollowUp()
        && isRetryable(job)
        && nodes.get(job.flow).followUps.contains(job.index);
  }

  /** The jobs of a workflow, without those of workflows that are tasks of it. */
  int retryInBulk(Node flow) {
    Predicate<Node> isOfFlow = job -> job.flow == flow.index;
    return retryAll(inOrder(flow, isOfFlow.and(job -> !job.isFollowUp() && isRetryable(job))))
        + retryAll(inOrder(flow, isOfFlow.and(this::isFollowUpToRetry)));
  }

  private static boolean isRetryable(Node node) {
    return node.status == Status.FAILED || node.status == Status.CANCELLED;
  }

  /** All at once: what could not be started before starts with those that it waits for. */
  private int retryAll(List<Node> failed) {
    int retried = 0;
    List<Node> broken = failed.stream().filter(this::isBroken).toList();
    for (Node job : failed) {
      if (broken.contains(job)) {
        job.status = Status.SKIPPED;
      } else if (retry(job)) {
        retried++;
      }
    }
    settle();
    return retried;
  }

  private Node rootOf(Node node) {
    Node root = node;
    while (root.flow >= 0) {
      root = nodes.get(root.flow);
    }
    return root;
  }

  boolean hasEnded(Node node) {
    return outcome(rootOf(node)) != null;
  }

  /** A task and all that depends on it; true for those that start again as a whole. */
  private Map<Integer, Boolean> dependents(Node task) {
    Node root = rootOf(task);
    Map<Integer, Boolean> found = new HashMap<>();
    Deque<Map.Entry<Integer, Boolean>> left = new ArrayDeque<>();
    left.add(Map.entry(task.index, true));
    while (!left.isEmpty()) {
      Map.Entry<Integer, Boolean> next = left.remove();
      int index = next.getKey();
      if (found.getOrDefault(index, false) || (found.containsKey(index) && !next.getValue())) {
        continue;
      }
      found.put(index, next.getValue());
      Node node = nodes.get(index);
      nodes.stream()
          .filter(each -> !each.isGone && !each.isFollowUp() && rootOf(each) == root)
          .filter(each -> each.edges.stream().anyMatch(edge -> edge.before() == index))
          .forEach(each -> left.add(Map.entry(each.index, true)));
      if (node.flow >= 0) {
        left.add(Map.entry(node.flow, false));
      }
      if (next.getValue() && node.isFlow && !node.isForEach) {
        node.members.forEach(member -> left.add(Map.entry(member, true)));
      }
    }
    return found;
  }

  /** How many start again; -1 if that is refused, and nothing of this model holds any more. */
  int runAgain(Node task) {
    if (!hasEnded(task) || task.isFollowUp()) {
      return -1;
    }
    List<Node> reset = new ArrayList<>();
    dependents(task)
        .forEach(
            (index, isWhole) -> {
              Node node = nodes.get(index);
              if (isWhole && (!node.isFlow || !node.edges.isEmpty())) {
                reset.add(node);
              }
            });
    for (Node node : reset) {
      node.isReleased = false;
      node.isMade = false;
      node.isAttempted = false;
      node.cancelRequested = false;
      node.crashes = 0;
      node.isLater = false;
      if (node.isForEach) {
        node.members.forEach(member -> nodes.get(member).isGone = true);
        node.members.clear();
      }
      node.status = node.edges.isEmpty() ? Status.DUE : Status.WAITING;
    }
    outcomes.clear();
    if (reset.stream().noneMatch(node -> node.edges.isEmpty() || isMet(node))) {
      return -1;
    }
    settle();
    return reset.size();
  }

  void pause(Node flow) {
    for (Node each : withNested(flow)) {
      each.isPaused = true;
      jobs(job -> job.flow == each.index).forEach(job -> job.isLater = false);
    }
  }

  void resume(Node flow) {
    withNested(flow).forEach(each -> each.isPaused = false);
  }

  boolean mayGrow(Node flow) {
    return flow.isOpen
        || flow.members.stream().anyMatch(member -> outcome(nodes.get(member)) == null);
  }

  Node grow(Node flow, UUID id, String name) {
    Node job = add(flow.index, false);
    job.name = name;
    flow.gates.stream().filter(gate -> !isOpen(flow, gate)).forEach(job.edges::add);
    job.status = job.edges.isEmpty() ? Status.DUE : Status.WAITING;
    identify(job, id);
    flow.members.add(job.index);
    return job;
  }

  /** Whether a member that waited for this was let go: it stays so. */
  private boolean isOpen(Node flow, Edge gate) {
    return flow.members.stream()
        .map(nodes::get)
        .anyMatch(member -> member.isReleased && member.edges.contains(gate));
  }
}
