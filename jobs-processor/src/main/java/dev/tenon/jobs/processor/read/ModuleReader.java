package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.IncludedModule;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.Elements;

/** Reads {@code @JobModule}, and the modules that it includes from their class files. */
public final class ModuleReader {

  private static final String JOB_MODULE = RuntimeTypes.JOB_MODULE_ANNOTATION.canonicalName();
  private static final String GENERATED = RuntimeTypes.GENERATED_JOB_MODULE.canonicalName();

  private final Elements elements;
  private final JobTypeReader jobTypes;

  /** Creates a reader. */
  public ModuleReader(Elements elements, JobTypeReader jobTypes) {
    this.elements = elements;
    this.jobTypes = jobTypes;
  }

  /**
   * The module that an annotated package or class names; empty if the annotation has a value that
   * the compiler reports, such as the name of a type that does not exist (yet), or if the compiler
   * no longer shows the annotation (see {@code ModuleInputs}).
   */
  public Optional<ModuleDeclaration> annotated(Element element) {
    return Annotations.find(element, JOB_MODULE)
        .filter(Annotations::isReadable)
        .flatMap(annotation -> annotated(element, annotation));
  }

  private Optional<ModuleDeclaration> annotated(Element element, AnnotationMirror annotation) {
    SourcePosition position = SourcePosition.of(element, annotation);
    List<ModuleDeclaration.Include> includes = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(annotation, "includes")) {
      Optional<TypeElement> type = type(entry);
      if (type.isEmpty()) {
        return Optional.empty();
      }
      includes.add(
          new ModuleDeclaration.Include(
              new Attribute<>(type.get().getQualifiedName().toString(), true, position.at(entry)),
              module(type.get(), new HashSet<>())));
    }
    boolean here =
        Annotations.explicit(annotation, "handlers")
            .map(
                value ->
                    value.getValue() instanceof VariableElement constant
                        && constant.getSimpleName().contentEquals("HERE"))
            .orElse(true);
    return Optional.of(
        new ModuleDeclaration(
            Optional.of(position),
            elements.getPackageOf(element).getQualifiedName().toString(),
            new Attribute<>(
                Annotations.text(annotation, "value"),
                true,
                position.at(Annotations.explicit(annotation, "value").orElse(null))),
            includes,
            here));
  }

  /**
   * The module of a compilation without the annotation: it is named after the packages of its job
   * types.
   */
  public ModuleDeclaration unannotated(Collection<String> packages, SourcePosition position) {
    String shared = packages.stream().reduce(ModuleReader::sharedPackage).orElse("");
    return new ModuleDeclaration(
        Optional.empty(),
        shared,
        new Attribute<>(GeneratedNames.module(shared), false, position),
        List.of(),
        true);
  }

  private static String sharedPackage(String one, String other) {
    List<String> left = Arrays.asList(one.split("\\."));
    List<String> right = Arrays.asList(other.split("\\."));
    int same = 0;
    while (same < left.size() && same < right.size() && left.get(same).equals(right.get(same))) {
      same++;
    }
    return String.join(".", left.subList(0, same));
  }

  /** The module that a generated class stands for; empty if the class is not a generated module. */
  private Optional<IncludedModule> module(TypeElement type, Set<String> around) {
    Optional<AnnotationMirror> generated = Annotations.find(type, GENERATED);
    if (generated.isEmpty() || !around.add(type.getQualifiedName().toString())) {
      return Optional.empty();
    }
    List<JobDeclaration> types = new ArrayList<>();
    for (TypeElement payload : types(generated.get(), "payloads")) {
      jobTypes.declaration(payload).ifPresent(types::add);
    }
    List<SignalDeclaration> signals = new ArrayList<>();
    for (TypeElement record : types(generated.get(), "signals")) {
      SignalReader.declaration(record).ifPresent(signals::add);
    }
    List<IncludedModule> includes = new ArrayList<>();
    for (TypeElement include : types(generated.get(), "includes")) {
      module(include, new HashSet<>(around)).ifPresent(includes::add);
    }
    Optional<ClassName> handlers =
        Annotations.explicit(generated.get(), "handlers").flatMap(this::type).map(ClassName::get);
    return Optional.of(new IncludedModule(ClassName.get(type), types, signals, includes, handlers));
  }

  private List<TypeElement> types(AnnotationMirror annotation, String name) {
    return Annotations.entries(annotation, name).stream()
        .map(this::type)
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<TypeElement> type(AnnotationValue value) {
    return value.getValue() instanceof DeclaredType declared
            && declared.asElement() instanceof TypeElement element
            && elements.getTypeElement(element.getQualifiedName()) != null
        ? Optional.of(element)
        : Optional.empty();
  }
}
