package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.HashMap;
import java.util.Map;

/** Job types that share a queue are handled by workers of one kind. */
final class QueueCheck {

  private final Report report;

  QueueCheck(Report report) {
    this.report = report;
  }

  void check(ModuleContents contents) {
    Map<String, Member> first = new HashMap<>();
    for (Member member : contents.members()) {
      Member other = first.putIfAbsent(member.job().routingKeyOrDefault(), member);
      if (other != null && other.job().isExternal() != member.job().isExternal()) {
        report(other, member);
      }
    }
  }

  private void report(Member one, Member two) {
    JobDeclaration external = one.job().isExternal() ? one.job() : two.job();
    JobDeclaration handled = one.job().isExternal() ? two.job() : one.job();
    report.add(
        Diagnostic.SHARED_QUEUE,
        position(isMendable(two) ? two : one),
        external.typeName(),
        handled.typeName(),
        external.routingKeyOrDefault());
  }

  /** Whether the key is written in this compilation. */
  private static boolean isMendable(Member member) {
    return member.include().isEmpty() && member.job().routingKey().explicit();
  }

  private static SourcePosition position(Member member) {
    return member
        .include()
        .map(include -> include.written().position())
        .orElse(member.job().routingKey().position());
  }
}
