package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.JobQueues;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rule that all job types of a queue are handled by workers of one kind. */
final class QueueCheck {

  private final Report report;

  QueueCheck(Report report) {
    this.report = report;
  }

  void check(ModuleContents contents) {
    List<Member> members = contents.members();
    JobQueues queues = JobQueues.of(members.stream().map(Member::job).toList());
    Map<String, Member> first = new HashMap<>();
    for (Member member : members) {
      String queue = queues.of(member.job(), member.module());
      Member other = first.putIfAbsent(queue, member);
      if (other != null && other.job().isExternal() != member.job().isExternal()) {
        report(other, member, queue);
      }
    }
  }

  private void report(Member one, Member two, String queue) {
    JobDeclaration external = one.job().isExternal() ? one.job() : two.job();
    JobDeclaration handled = one.job().isExternal() ? two.job() : one.job();
    report.add(
        Diagnostic.SHARED_QUEUE,
        position(isFixableHere(two) ? two : one),
        external.typeName(),
        handled.typeName(),
        queue);
  }

  /** Returns whether the key comes from this compilation. */
  private static boolean isFixableHere(Member member) {
    return member.include().isEmpty() && member.job().routingKey().explicit();
  }

  private static SourcePosition position(Member member) {
    return member
        .include()
        .map(include -> include.written().position())
        .orElse(member.job().routingKey().position());
  }
}
