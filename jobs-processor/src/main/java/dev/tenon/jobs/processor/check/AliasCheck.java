package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The rules for the earlier names of job types. */
public final class AliasCheck {

  private final Report report;

  /** A check that adds to a report. */
  public AliasCheck(Report report) {
    this.report = report;
  }

  /** Checks the aliases of one job type. */
  public void check(JobDeclaration job) {
    Set<String> seen = new HashSet<>();
    for (Attribute<String> alias : job.aliases()) {
      String name = alias.value();
      String fault =
          !PayloadCheck.isTypeName(name)
              ? "is not a valid job type. An alias is an earlier name of this type; write it as "
                  + "it was,"
                  + " or remove it"
              : name.equals(job.typeName())
                  ? "is the current name of the type. Remove it"
                  : !seen.add(name) ? "is listed twice. Remove one of the two" : "";
      if (!fault.isEmpty()) {
        report.add(Diagnostic.ALIAS, alias.position(), name, fault);
      }
    }
  }

  /** A name, and the job type that it is an alias or the name of. */
  private record Owner(Member member, SourcePosition position, boolean isAlias) {

    String what() {
      return (isAlias ? "an alias" : "the name")
          + " of "
          + DisplayNames.simple(member.job().payload());
    }
  }

  /** Checks the aliases of all job types of a module, and of those it includes. */
  void check(ModuleContents contents) {
    Map<String, Owner> owners = new HashMap<>();
    for (Member member : contents.members()) {
      JobDeclaration job = member.job();
      owners.putIfAbsent(
          job.typeName(), new Owner(member, position(member, job.type().position()), false));
    }
    for (Member member : contents.members()) {
      for (Attribute<String> alias : member.job().aliases()) {
        Owner owner = new Owner(member, position(member, alias.position()), true);
        Owner other = owners.putIfAbsent(alias.value(), owner);
        if (other != null && isOfAnotherType(other.member().job(), member.job())) {
          // If one of the two is in this compilation, the fault is shown there, where it can be
          // fixed
          boolean otherIsHere = member.include().isPresent() && other.member().include().isEmpty();
          report.add(
              Diagnostic.ALIAS_CLASH,
              otherIsHere ? other.position() : owner.position(),
              alias.value(),
              other.what(),
              owner.what());
        }
      }
    }
  }

  /**
   * Returns whether two declarations are of different types. Two of the same type are reported as
   * JobsDuplicateType
   */
  private static boolean isOfAnotherType(JobDeclaration one, JobDeclaration other) {
    return !one.payload().equals(other.payload()) && !one.typeName().equals(other.typeName());
  }

  private static SourcePosition position(Member member, SourcePosition own) {
    return member.include().map(include -> include.written().position()).orElse(own);
  }
}
