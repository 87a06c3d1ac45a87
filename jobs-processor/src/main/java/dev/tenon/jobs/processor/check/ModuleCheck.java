package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.IncludedModule;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.ModuleContents.SignalMember;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.ForgottenHandlers;
import dev.tenon.jobs.processor.read.LibraryModules;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/**
 * The rules for a module as a whole: its name, the modules it includes, and the names it generates.
 */
public final class ModuleCheck {

  private static final int MAX_QUEUE_BYTES = 255;

  private final Report report;
  private final Elements elements;
  private final Set<String> sources;
  private final ForgottenHandlers forgotten;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public ModuleCheck(Report report, Elements elements, Types types, Set<String> sources) {
    this.report = report;
    this.elements = elements;
    this.sources = sources;
    this.forgotten = new ForgottenHandlers(elements, types, sources);
  }

  /**
   * Checks a module.
   *
   * @param hasDagger whether a Dagger module is also generated
   */
  public void check(ModuleContents contents, boolean hasDagger) {
    checkName(contents.module());
    if (FileNameCheck.isNameable(contents.module())) {
      checkQueue(contents);
    } else {
      new FileNameCheck(report).check(contents.module());
    }
    checkIncludes(contents.module());
    checkDuplicateTypes(contents);
    checkDuplicateSignals(contents);
    new AliasCheck(report).check(contents);
    new NameClashCheck(report, sources).check(contents, hasDagger);
    checkAccess(contents);
    new QueueCheck(report).check(contents);
    new AssignmentCheck(report, forgotten, new LibraryModules(elements, sources)).check(contents);
  }

  private void checkName(ModuleDeclaration module) {
    if (!module.hasUsableName()) {
      report.add(
          Diagnostic.MODULE_NAME,
          module.name().position(),
          ("The module name '%s' is not the name of a Java class. Write, for example,"
                  + " @JobModule(\"ShopJobs\").")
              .formatted(module.name().value()));
    } else if (module.position().isEmpty() && module.packageName().isEmpty()) {
      report.add(
          Diagnostic.MODULE_NAME,
          module.name().position(),
          "The packages of the job types share no prefix to name the module after. Write"
              + " @JobModule(\"PlmJobs\") on one of the packages.");
    }
  }

  private void checkQueue(ModuleContents contents) {
    ModuleDeclaration module = contents.module();
    int bytes = GeneratedNames.queue(module.api()).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_QUEUE_BYTES
        && contents.types().stream().anyMatch(type -> !type.hasOwnQueue())) {
      report.add(
          Diagnostic.MODULE_NAME,
          module.name().position(),
          ("The name of the module's queue is 'jobs.' with the module's package and name. It has "
                  + "%d bytes, but RabbitMQ allows %d. Shorten the package or the name.")
              .formatted(bytes, MAX_QUEUE_BYTES));
    }
  }

  private void checkIncludes(ModuleDeclaration module) {
    Set<String> seen = new HashSet<>();
    for (ModuleDeclaration.Include include : module.includes()) {
      String name = include.written().value();
      SourcePosition position = include.written().position();
      if (!seen.add(name)) {
        report.add(
            Diagnostic.INCLUDES,
            position,
            DisplayNames.simple(name) + " twice. Remove one of the two.");
      } else if (include.module().isEmpty()) {
        String generated = elements.getTypeElement(name + "Module") == null ? "" : "Module";
        report.add(
            Diagnostic.INCLUDES,
            position,
            DisplayNames.simple(name)
                + ", which is not a generated module class, such as CoreJobsModule. "
                + (generated.isEmpty()
                    ? "Remove it."
                    : "Did you mean " + DisplayNames.simple(name) + "Module.class?"));
      } else if (leadsTo(include.module().get(), module.module())) {
        report.add(
            Diagnostic.INCLUDES,
            position,
            DisplayNames.simple(name)
                + ", which itself includes "
                + module.module().simpleName()
                + ". Remove one of the two.");
      }
    }
  }

  private static boolean leadsTo(IncludedModule from, ClassName name) {
    return from.name().equals(name)
        || from.includes().stream().anyMatch(next -> leadsTo(next, name));
  }

  private void checkDuplicateTypes(ModuleContents contents) {
    Map<String, JobDeclaration> first = new HashMap<>();
    for (Member member : contents.members()) {
      JobDeclaration other = first.putIfAbsent(member.job().typeName(), member.job());
      if (other != null) {
        SourcePosition position =
            member
                .include()
                .map(include -> include.written().position())
                .orElse(member.job().type().position());
        boolean sameName =
            other.payload().simpleNames().equals(member.job().payload().simpleNames());
        report.add(
            Diagnostic.DUPLICATE_TYPE,
            position,
            member.job().typeName(),
            sameName ? other.payload() : DisplayNames.simple(other.payload()),
            sameName ? member.job().payload() : DisplayNames.simple(member.job().payload()));
      }
    }
  }

  private void checkDuplicateSignals(ModuleContents contents) {
    Map<String, SignalDeclaration> first = new HashMap<>();
    for (SignalMember member : contents.signalMembers()) {
      SignalDeclaration signal = member.signal();
      SignalDeclaration other = first.putIfAbsent(signal.signalName(), signal);
      if (other != null) {
        boolean sameName = other.record().simpleNames().equals(signal.record().simpleNames());
        report.add(
            Diagnostic.DUPLICATE_SIGNAL,
            member
                .include()
                .map(include -> include.written().position())
                .orElse(signal.name().position()),
            signal.signalName(),
            sameName ? other.record() : DisplayNames.simple(other.record()),
            sameName ? signal.record() : DisplayNames.simple(signal.record()));
      }
    }
  }

  private void checkAccess(ModuleContents contents) {
    String packageName = contents.module().packageName();
    for (JobDeclaration job : contents.types()) {
      if (!job.payload().packageName().equals(packageName)) {
        checkAccess(job.payload(), packageName, "the payload", job.position());
      }
      checkAccess(job.result().value().name(), packageName, "the result", job.result().position());
      job.emitted()
          .ifPresent(
              emitted ->
                  checkAccess(emitted, packageName, "the emitted value", job.emits().position()));
    }
    for (SignalDeclaration signal : contents.signals()) {
      if (!signal.record().packageName().equals(packageName)) {
        checkAccess(signal.record(), packageName, "the signal", signal.position());
      }
    }
    for (HandlerDeclaration handler : contents.handlers()) {
      checkAccess(
          handler.handler(), packageName, "the handler", SourcePosition.of(handler.element()));
    }
  }

  private void checkAccess(
      TypeName type, String packageName, String role, SourcePosition position) {
    hindrance(type, packageName)
        .ifPresent(
            hindrance ->
                report.add(
                    Diagnostic.NOT_ACCESSIBLE,
                    position,
                    packageName,
                    role + " " + DisplayNames.simple(type),
                    hindrance));
  }

  private Optional<String> hindrance(TypeName type, String packageName) {
    if (type instanceof ArrayTypeName array) {
      return hindrance(array.componentType(), packageName);
    }
    TypeElement element =
        type instanceof ClassName name ? elements.getTypeElement(name.canonicalName()) : null;
    return element == null ? Optional.empty() : Accessibility.hindrance(element, packageName);
  }

  /**
   * The contents without what generated code cannot contain: a second record of the same type or
   * signal, a record whose method has the same name as another's, and classes that the module
   * cannot see.
   */
  public ModuleContents writable(ModuleContents contents) {
    String packageName = contents.module().packageName();
    Set<String> types = new HashSet<>();
    Set<String> signals = new HashSet<>();
    Set<String> accessors = new HashSet<>();
    return new ModuleContents(
        contents.module(),
        contents.types().stream()
            .filter(
                job ->
                    hindrance(job.payload(), packageName).isEmpty()
                        && hindrance(job.result().value().name(), packageName).isEmpty()
                        && job.emitted().stream()
                            .allMatch(emitted -> hindrance(emitted, packageName).isEmpty())
                        && types.add(job.typeName())
                        && accessors.add(job.accessor()))
            .toList(),
        contents.signals().stream()
            .filter(
                signal ->
                    hindrance(signal.record(), packageName).isEmpty()
                        && signals.add(signal.signalName())
                        && accessors.add(signal.accessor()))
            .toList(),
        contents.handlers().stream()
            .filter(handler -> hindrance(handler.handler(), packageName).isEmpty())
            .toList(),
        contents.misplaced());
  }
}
