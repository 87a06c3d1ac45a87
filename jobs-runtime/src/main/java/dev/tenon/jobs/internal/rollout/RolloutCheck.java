package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
    Map<String, List<JobGroup>> byType =
        situation.jobs().stream().collect(Collectors.groupingBy(JobGroup::type));
    JobRules jobs = new JobRules(replacement);
    List<Finding> found = new ArrayList<>(others);
    found.addAll(jobs.ofJobs(situation.jobs()));
    found.addAll(jobs.ofWorkers());
    found.addAll(jobs.ofGoneTypes(byType));
    found.addAll(jobs.ofTasks(situation.progress().tasks()));
    found.addAll(new StepRules(build).of(situation.progress()));
    found.addAll(new ScheduleRules(replacement).of(situation.schedules()));
    found.addAll(new KeyRules(build, situation).all());
    return new Found.Findings(found);
  }
}
