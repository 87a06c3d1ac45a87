package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.BatchDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Handled;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.OrderDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.ForgottenHandlers;
import dev.tenon.jobs.processor.read.LibraryModules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;

/** The rule that every job type has exactly one handler, and that the handler fits. */
final class AssignmentCheck {

  private final Report report;
  private final ForgottenHandlers forgotten;
  private final LibraryModules libraries;

  /**
   * A check that adds to a report.
   *
   * @param forgotten the handlers without {@code @JobType}
   * @param libraries the modules that were compiled before
   */
  AssignmentCheck(Report report, ForgottenHandlers forgotten, LibraryModules libraries) {
    this.report = report;
    this.forgotten = forgotten;
    this.libraries = libraries;
  }

  void check(ModuleContents contents) {
    Map<String, Member> open = new LinkedHashMap<>();
    contents.openTypes().forEach(member -> open.putIfAbsent(member.job().typeName(), member));
    Map<String, Member> known = new LinkedHashMap<>();
    Set<String> declaredTwice = new HashSet<>();
    for (Member member : contents.members()) {
      if (known.putIfAbsent(member.job().typeName(), member) != null) {
        declaredTwice.add(member.job().typeName());
      }
    }
    Map<String, String> current = new HashMap<>();
    known
        .values()
        .forEach(
            member ->
                member
                    .job()
                    .aliasNames()
                    .forEach(alias -> current.putIfAbsent(alias, member.job().typeName())));
    Map<ClassName, JobDeclaration> declared = new HashMap<>();
    contents.members().forEach(member -> declared.put(member.job().payload(), member.job()));
    Map<String, Handled> handledElsewhere = handledTypes(contents, declaredTwice);

    Map<String, HandlerDeclaration> first = new HashMap<>();
    // A class that is neither a record nor a handler is reported; it was meant as the handler
    Set<String> guessed = new HashSet<>(contents.misplaced());
    for (HandlerDeclaration handler : contents.handlers()) {
      String type = handler.typeName();
      SourcePosition position = handler.type().position();
      Member member = known.get(type);
      if (member == null && current.containsKey(type)) {
        String name = current.get(type);
        guessed.add(name);
        report.add(
            Diagnostic.UNKNOWN_TYPE,
            position,
            type,
            " It is an earlier name of '%s'. Write that.".formatted(name));
        continue;
      }
      Optional<TypeElement> library = handler.payloadElement().filter(libraries::isJobType);
      if (member == null
          && library.filter(payload -> !declared.containsKey(ClassName.get(payload))).isPresent()) {
        notIncluded(handler, library.get(), contents.module());
        continue;
      }
      if (member == null) {
        Optional<String> meant = meant(handler, known);
        meant.ifPresent(guessed::add);
        if (!isReportedWhereDeclared(handler, declared)) {
          report.add(
              Diagnostic.UNKNOWN_TYPE, position, type, Suggestion.sentence(meant, handled(known)));
        }
        continue;
      }
      if (member.job().isExternal()) {
        report.add(
            Diagnostic.EXTERNAL_HANDLER,
            position,
            type,
            DisplayNames.simple(member.job().payload()),
            DisplayNames.simple(handler.handler()),
            DisplayNames.simple(member.job().payload()));
        continue;
      }
      if (handler.element().getTypeParameters().isEmpty()) {
        checkFit(handler, declarationFor(handler, member, declared));
      }
      if (!contents.module().handlersHere()) {
        report.add(
            Diagnostic.HANDLER_ELSEWHERE,
            position,
            contents.module().simpleName(),
            DisplayNames.simple(handler.handler()));
        continue;
      }
      Handled elsewhere = handledElsewhere.get(type);
      HandlerDeclaration other = first.putIfAbsent(type, handler);
      // If a type is declared twice, each declaration has a handler
      if ((elsewhere != null || other != null) && !declaredTwice.contains(type)) {
        report.add(
            Diagnostic.DUPLICATE_HANDLER,
            position,
            type,
            elsewhere != null
                ? "the included module " + elsewhere.module().name().simpleName()
                : DisplayNames.simple(other.handler()),
            DisplayNames.simple(handler.handler()));
      }
    }
    if (contents.module().handlersHere()) {
      open.values().stream()
          .filter(member -> !first.containsKey(member.job().typeName()))
          // A type whose handler misspells its name is not reported twice
          .filter(member -> !guessed.contains(member.job().typeName()))
          .forEach(member -> missing(member, contents));
    }
  }

  private void notIncluded(
      HandlerDeclaration handler, TypeElement payload, ModuleDeclaration module) {
    report.add(
        Diagnostic.NOT_INCLUDED,
        handler.type().position(),
        DisplayNames.simple(handler.handler()),
        "handles " + DisplayNames.name(payload),
        "job type",
        AwaitedSignalsCheck.includes(module),
        AwaitedSignalsCheck.moduleOf(payload, libraries));
  }

  /**
   * The type that a handler with an unknown type was meant for: the one with its payload, or with a
   * similar name.
   */
  private static Optional<String> meant(HandlerDeclaration handler, Map<String, Member> known) {
    Optional<TypeName> payload =
        handler.arguments().map(arguments -> TypeName.get(arguments.payload()));
    return known.values().stream()
        .map(Member::job)
        .filter(job -> !job.isExternal())
        .filter(job -> payload.isPresent() && job.payload().equals(payload.get()))
        .map(JobDeclaration::typeName)
        .findFirst()
        .or(() -> Suggestion.nearest(handler.typeName(), handled(known)));
  }

  /** The types that have handlers in Java. */
  private static List<String> handled(Map<String, Member> known) {
    return known.values().stream()
        .map(Member::job)
        .filter(job -> !job.isExternal())
        .map(JobDeclaration::typeName)
        .toList();
  }

  /**
   * Returns whether a type is unknown only because something is wrong with the payload's
   * declaration: once that is fixed, nothing is wrong with the handler.
   */
  private static boolean isReportedWhereDeclared(
      HandlerDeclaration handler, Map<ClassName, JobDeclaration> declared) {
    Optional<JobDeclaration> declaration = declarationOfPayload(handler, declared);
    if (declaration.isPresent()) {
      String type = declaration.get().typeName();
      return !PayloadCheck.isTypeName(type)
          || declared.values().stream().filter(job -> job.typeName().equals(type)).count() > 1;
    }
    return handler.payloadElement().filter(AssignmentCheck::hasJobType).isPresent();
  }

  private static boolean hasJobType(TypeElement type) {
    return type.getAnnotationMirrors().stream()
        .map(mirror -> ((TypeElement) mirror.getAnnotationType().asElement()).getQualifiedName())
        .anyMatch(name -> name.contentEquals(RuntimeTypes.JOB_TYPE.canonicalName()));
  }

  /**
   * The declaration that the handler is for, if one type has several. The duplicates are reported
   * elsewhere.
   */
  private static JobDeclaration declarationFor(
      HandlerDeclaration handler, Member member, Map<ClassName, JobDeclaration> declared) {
    return declarationOfPayload(handler, declared)
        .filter(job -> job.typeName().equals(handler.typeName()))
        .orElse(member.job());
  }

  private static Optional<JobDeclaration> declarationOfPayload(
      HandlerDeclaration handler, Map<ClassName, JobDeclaration> declared) {
    return handler.payloadElement().map(ClassName::get).map(declared::get);
  }

  /**
   * The types whose handlers come from included modules. Two modules that bring the same type are
   * reported.
   */
  private Map<String, Handled> handledTypes(ModuleContents contents, Set<String> declaredTwice) {
    Map<String, Handled> handled = new HashMap<>();
    for (Handled module : contents.handledModules()) {
      for (JobDeclaration job : ModuleContents.allTypes(module.module())) {
        if (job.isExternal()) {
          continue;
        }
        Handled other = handled.putIfAbsent(job.typeName(), module);
        if (other != null && !other.equals(module) && !declaredTwice.contains(job.typeName())) {
          report.add(
              Diagnostic.DUPLICATE_HANDLER,
              module.include().written().position(),
              job.typeName(),
              "the included module " + other.module().name().simpleName(),
              "the included module " + module.module().name().simpleName());
        }
      }
    }
    return handled;
  }

  private void missing(Member member, ModuleContents contents) {
    JobDeclaration job = member.job();
    String wanted = EmitsCheck.handlerOf(job);
    Optional<TypeElement> without = forgotten.of(job.payload());
    SourcePosition position =
        without
            .map(SourcePosition::of)
            .or(() -> member.include().map(include -> include.written().position()))
            .orElse(job.type().position());
    report.add(
        Diagnostic.MISSING_HANDLER,
        position,
        job.typeName(),
        without.isPresent()
            ? "Add @JobType(\"%2$s\") to %1$s, which handles its payload"
                .formatted(DisplayNames.name(without.get()), job.typeName())
            : "Write a class with @JobType(\"%s\") that implements %s%s"
                .formatted(job.typeName(), wanted, where(member, contents)));
  }

  /** The origin of a type whose handler may be elsewhere, as a part of a message. */
  private static String where(Member member, ModuleContents contents) {
    if (member.include().isPresent()) {
      return "; it is declared by %s, which the module includes"
          .formatted(DisplayNames.simple(member.job().payload()));
    }
    return contents.handlers().isEmpty()
        ? (", or @JobModule(value = \"%s\", handlers = JobModule.Handlers.ELSEWHERE) if another "
                + "compilation has the handlers")
            .formatted(contents.module().simpleName())
        : "";
  }

  private void checkFit(HandlerDeclaration handler, JobDeclaration job) {
    SourcePosition position = handler.type().position();
    ClassName payload = job.payload();
    TypeName result = job.result().value().name();
    String implemented = handler.form().interfaceName();
    if (handler.arguments().isEmpty()) {
      report.add(
          Diagnostic.PAYLOAD_MISMATCH,
          position,
          job.typeName(),
          DisplayNames.simple(payload),
          DisplayNames.simple(payload),
          DisplayNames.simple(result),
          implemented + " without type arguments",
          implemented);
      return;
    }
    TypeName foundPayload = TypeName.get(handler.arguments().get().payload());
    TypeName foundResult = TypeName.get(handler.arguments().get().result());
    String found =
        DisplayNames.handlerOf(implemented, foundPayload, foundResult)
            + inheritedFrom(handler.element());
    if (!raw(foundPayload).equals(payload)) {
      boolean sameName = DisplayNames.simple(foundPayload).equals(DisplayNames.simple(payload));
      report.add(
          Diagnostic.PAYLOAD_MISMATCH,
          position,
          job.typeName(),
          sameName ? payload : DisplayNames.simple(payload),
          DisplayNames.simple(payload),
          DisplayNames.simple(result),
          sameName ? found + " with " + foundPayload : found,
          implemented);
      // The advice also names the result
      return;
    }
    // A result that no handler can return is reported where it is declared
    boolean possible = !result.isPrimitive() && !job.result().value().generic();
    if (possible && !foundResult.equals(result)) {
      report.add(
          Diagnostic.RESULT_MISMATCH,
          position,
          job.typeName(),
          DisplayNames.simple(result),
          DisplayNames.simple(payload),
          DisplayNames.simple(result),
          found,
          // A class literal has no type arguments
          !(foundResult instanceof ParameterizedTypeName)
              ? ", or write result = %s.class on %s"
                  .formatted(DisplayNames.simple(foundResult), DisplayNames.simple(payload))
              : "",
          implemented);
    }
    if (!possible || foundResult.equals(result)) {
      new EmitsCheck(report).checkFit(handler, job);
    }
    checkBatch(handler, job);
  }

  /** Reports batches that can never be full. */
  private void checkBatch(HandlerDeclaration handler, JobDeclaration job) {
    int running = job.limits().concurrency().value();
    if (handler.batch().isPresent()
        && handler.batch().get().maxJobs().explicit()
        && handler.batch().get().isInRange()
        && running > 0
        && running < handler.batch().get().jobs()) {
      report.add(
          Diagnostic.NO_EFFECT,
          handler.batch().get().maxJobs().position(),
          "maxJobs = %d of @Batch".formatted(handler.batch().get().jobs()),
          "maxConcurrent = %d of '%s' lets fewer jobs run at a time"
              .formatted(running, job.typeName()),
          "Write a smaller maxJobs, or raise maxConcurrent");
    }
    handler
        .batch()
        .ifPresent(batch -> job.ordered().forEach(order -> checkBatch(batch, order, job)));
  }

  /** Reports batches that have only one job each, because the jobs wait for each other. */
  private void checkBatch(BatchDeclaration batch, OrderDeclaration order, JobDeclaration job) {
    if (order.isOfAll() || order.by().value().equals(batch.by().value())) {
      report.add(
          Diagnostic.NO_EFFECT,
          order.isOfAll() ? batch.position() : batch.by().position(),
          order.isOfAll() ? "BatchJobHandler" : "@Batch(by = \"%s\")".formatted(batch.by().value()),
          "with @Ordered, %s run one at a time"
              .formatted(
                  order.isOfAll()
                      ? "the jobs of '%s'".formatted(job.typeName())
                      : "jobs with the same '%s'".formatted(batch.by().value())),
          order.isOfAll() ? "Implement JobHandler, or name a component in @Ordered" : "Remove it");
    }
  }

  /** Names the class that a handler inherits its implementation from, if there is one. */
  private static String inheritedFrom(TypeElement handler) {
    return handler.getSuperclass() instanceof DeclaredType superclass
            && superclass.asElement() instanceof TypeElement parent
            && hasJobType(parent)
        ? ", which it inherits from " + DisplayNames.name(parent)
        : "";
  }

  /**
   * The class without type arguments: a payload with type parameters is reported at its
   * declaration.
   */
  private static TypeName raw(TypeName type) {
    return type instanceof ParameterizedTypeName parameterized ? parameterized.rawType() : type;
  }
}
