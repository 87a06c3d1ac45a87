package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.internal.rollout.Situation.TaskGroup;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares a build with what runs and waits. It reads nothing itself. */
public final class RolloutCheck {

  private RolloutCheck() {}

  /**
   * Checks a build.
   *
   * @param others findings about the database, such as missing rights
   */
  public static Report check(
      BuildDescription build, Situation situation, Collection<? extends Finding> others) {
    Replacement replacement = new Replacement(build, situation.workers());
    Set<String> withJobs =
        Stream.concat(
                situation.jobs().stream().map(JobGroup::type),
                situation.progress().tasks().stream().map(TaskGroup::type))
            .collect(Collectors.toSet());
    JobRules jobs = new JobRules(replacement);
    List<Finding> found = new ArrayList<>(others);
    found.addAll(jobs.ofJobs(situation.jobs()));
    found.addAll(jobs.ofWorkers());
    found.addAll(jobs.ofGoneTypes(withJobs));
    found.addAll(jobs.ofTasks(situation.progress().tasks()));
    found.addAll(new StepRules(build).of(situation.progress()));
    found.addAll(new ScheduleRules(replacement).of(situation.schedules()));
    found.addAll(new KeyRules(build, situation).all());
    return new Found.Findings(found);
  }
}
