package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.BacklogDeclaration;
import dev.tenon.jobs.processor.model.BatchDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration.Form;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.OrderDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.UniqueDeclaration;
import dev.tenon.jobs.processor.model.ValueKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Name;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Reads {@code @JobType} on payload records and on handler classes. */
public final class JobTypeReader {

  private static final String JOB_TYPE = RuntimeTypes.JOB_TYPE.canonicalName();
  private static final String JOB_HANDLER = RuntimeTypes.JOB_HANDLER.canonicalName();
  private static final String BATCH_JOB_HANDLER = RuntimeTypes.BATCH_JOB_HANDLER.canonicalName();
  private static final String EMITTING_JOB_HANDLER =
      RuntimeTypes.EMITTING_JOB_HANDLER.canonicalName();

  /** The position of what a handler emits among the type arguments. */
  private static final int EMITTED = 2;

  private final Elements elements;
  private final Types types;
  private final TypeClassifier classifier;
  private final PayloadMembersReader members;

  /** Creates a reader. */
  public JobTypeReader(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
    this.classifier = new TypeClassifier(elements, types);
    this.members = new PayloadMembersReader(elements, types);
  }

  /** The role of a class with {@code @JobType}. */
  public enum Role {
    /** A record that declares a job type. */
    PAYLOAD,
    /** A class that implements {@code JobHandler} or {@code BatchJobHandler}. */
    HANDLER,
    /** A class that is neither. */
    NEITHER,
    /** A class whose role is unknown, because a supertype does not exist yet. */
    UNRESOLVED
  }

  /** Returns whether a class has {@code @JobType}. */
  public boolean isDeclared(TypeElement type) {
    return Annotations.find(type, JOB_TYPE).isPresent();
  }

  /** Returns the role of a class with {@code @JobType}. */
  public Role role(TypeElement type) {
    Supertypes supertypes = new Supertypes();
    supertypes.add(type.asType());
    if (supertypes.handler().isPresent()) {
      return Role.HANDLER;
    }
    if (type.getKind() == ElementKind.RECORD) {
      return Role.PAYLOAD;
    }
    return supertypes.unresolved ? Role.UNRESOLVED : Role.NEITHER;
  }

  /** The handler interface that a class implements, with its type arguments. */
  Optional<DeclaredType> implemented(TypeElement type) {
    Supertypes supertypes = new Supertypes();
    supertypes.add(type.asType());
    return supertypes.handler();
  }

  /** The type named by a class that is neither a payload nor a handler. */
  Optional<String> namedType(TypeElement type) {
    return Annotations.find(type, JOB_TYPE)
        .filter(Annotations::isReadable)
        .map(mirror -> Annotations.text(mirror, "value"));
  }

  /**
   * The job type that a record declares; empty if its annotation has a value that the compiler
   * reports, such as the name of a type that does not exist (yet).
   */
  public Optional<JobDeclaration> declaration(TypeElement payload) {
    AnnotationMirror annotation = Annotations.find(payload, JOB_TYPE).orElseThrow();
    if (!Annotations.isReadable(annotation)) {
      return Optional.empty();
    }
    AttributeReader attributes =
        new AttributeReader(SourcePosition.of(payload, annotation), annotation);
    Attribute<Object> result = attributes.value("result");
    Attribute<Object> emits = attributes.value("emits");
    Optional<List<Attribute<TypeElement>>> noRetryOn = noRetryOn(attributes);
    if (!(result.value() instanceof TypeMirror resultType)
        || !(emits.value() instanceof TypeMirror emittedType)
        || noRetryOn.isEmpty()) {
      return Optional.empty();
    }
    LimitDeclaration limits = FlowReader.limits(attributes);
    List<UniqueDeclaration> unique = FlowReader.unique(attributes);
    List<ScheduleDeclaration> schedules = FlowReader.schedules(attributes);
    List<OrderDeclaration> ordered = FlowReader.ordered(attributes);
    List<BacklogDeclaration> backlog = FlowReader.backlog(attributes);
    boolean hasKeys =
        !limits.byKey().isEmpty()
            || limits.cost().isPresent()
            || !unique.isEmpty()
            || !ordered.isEmpty()
            || !backlog.isEmpty();
    return Optional.of(
        new JobDeclaration(
            ClassName.get(payload),
            attributes.position(),
            attributes.text("value"),
            attributes.text("label"),
            attributes.text("routingKey"),
            new Attribute<>(resultType(resultType), result.explicit(), result.position()),
            new Attribute<>(resultType(emittedType), emits.explicit(), emits.position()),
            attributes.text("timeout"),
            attributes.integer("maxAttempts"),
            retryDelays(attributes),
            attributes.share("jitter"),
            noRetryOn.get(),
            attributes.text("retention"),
            attributes.text("retentionOfFailed"),
            attributes.text("startWithin"),
            attributes.constant("priority"),
            limits,
            backlog,
            unique,
            ordered,
            schedules,
            members.read(
                payload,
                hasKeys,
                schedules.stream().anyMatch(schedule -> schedule.payload().explicit())),
            attributes.integer("version"),
            attributes.texts("aliases"),
            attributes.flag("external")));
  }

  private JobDeclaration.ResultType resultType(TypeMirror type) {
    ValueKind kind = classifier.kind(type);
    Optional<String> notJson =
        TypeName.get(type).equals(TypeName.VOID.box())
            ? Optional.empty()
            : JsonTypes.hindrance(type, kind);
    if (!(type instanceof DeclaredType declared)) {
      return new JobDeclaration.ResultType(TypeName.get(type), false, false, notJson);
    }
    TypeElement element = (TypeElement) declared.asElement();
    return new JobDeclaration.ResultType(
        ClassName.get(element),
        kind == ValueKind.RECORD || kind == ValueKind.UNION,
        !element.getTypeParameters().isEmpty(),
        notJson);
  }

  private static Attribute<List<Attribute<String>>> retryDelays(AttributeReader attributes) {
    Attribute<AnnotationValue> delays = attributes.raw("retryDelays");
    List<Attribute<String>> entries = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(delays.value())) {
      SourcePosition at =
          delays.explicit() ? attributes.position().at(entry) : attributes.position();
      entries.add(new Attribute<>(entry.getValue().toString(), delays.explicit(), at));
    }
    return new Attribute<>(entries, delays.explicit(), delays.position());
  }

  /**
   * The declaration of a handler class; empty if the class refers to a type that does not exist
   * yet, or its annotation has a value that the compiler reports.
   */
  public Optional<HandlerDeclaration> handler(TypeElement handler) {
    Supertypes supertypes = new Supertypes();
    supertypes.add(handler.asType());
    Optional<DeclaredType> implemented = supertypes.handler();
    if (implemented.isEmpty()
        || implemented.get().getTypeArguments().stream().anyMatch(TypeReferences::hasUnresolved)) {
      return Optional.empty();
    }
    AnnotationMirror annotation = Annotations.find(handler, JOB_TYPE).orElseThrow();
    if (!Annotations.isReadable(annotation)) {
      return Optional.empty();
    }
    Optional<TypeMirror> emitted = supertypes.emitted();
    if (emitted.filter(TypeReferences::hasUnresolved).isPresent()) {
      return Optional.empty();
    }
    SourcePosition position = SourcePosition.of(handler, annotation);
    List<Attribute<String>> others = new ArrayList<>();
    annotation
        .getElementValues()
        .forEach(
            (ExecutableElement method, AnnotationValue value) -> {
              if (!method.getSimpleName().contentEquals("value")) {
                others.add(
                    new Attribute<>(method.getSimpleName().toString(), true, position.at(value)));
              }
            });
    List<? extends TypeMirror> arguments = implemented.get().getTypeArguments();
    Form form = supertypes.form();
    Optional<BatchDeclaration> batch = BatchReader.read(handler, position, form, arguments);
    if (batch.isEmpty() && BatchReader.isUnreadable(handler)) {
      return Optional.empty();
    }
    return Optional.of(
        new HandlerDeclaration(
            ClassName.get(handler),
            handler,
            position,
            new AttributeReader(position, annotation).text("value"),
            others,
            arguments.size() == 2
                ? Optional.of(new HandlerDeclaration.Arguments(arguments.get(0), arguments.get(1)))
                : Optional.empty(),
            emitted,
            form,
            batch,
            StepsReader.isDeclared(types, handler)));
  }

  /**
   * The exceptions that are named; empty if one of them is not an exception, which the compiler
   * reports.
   */
  private Optional<List<Attribute<TypeElement>>> noRetryOn(AttributeReader attributes) {
    Attribute<AnnotationValue> exceptions = attributes.raw("noRetryOn");
    List<Attribute<TypeElement>> entries = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(exceptions.value())) {
      if (!(entry.getValue() instanceof DeclaredType type) || !isThrowable(type)) {
        return Optional.empty();
      }
      entries.add(
          new Attribute<>((TypeElement) type.asElement(), true, attributes.position().at(entry)));
    }
    return Optional.of(entries);
  }

  private boolean isThrowable(TypeMirror type) {
    return types.isSubtype(type, elements.getTypeElement("java.lang.Throwable").asType());
  }

  /** Goes through all supertypes of a class, and keeps the handler interfaces it finds. */
  private final class Supertypes {
    private final Set<String> seen = new HashSet<>();
    private @Nullable DeclaredType single;
    private @Nullable DeclaredType batch;
    private @Nullable DeclaredType emitting;
    private boolean unresolved;

    private Optional<DeclaredType> handler() {
      return Optional.ofNullable(single).or(() -> Optional.ofNullable(batch));
    }

    /** The type of the values that the handler emits; empty for none, and for the raw type. */
    private Optional<TypeMirror> emitted() {
      return Optional.ofNullable(emitting)
          .filter(type -> type.getTypeArguments().size() == EMITTED + 1)
          .map(type -> type.getTypeArguments().get(EMITTED));
    }

    private Form form() {
      if (batch == null) {
        return Form.SINGLE;
      }
      return single == null ? Form.BATCH : Form.BOTH;
    }

    private void add(TypeMirror type) {
      if (type.getKind() == TypeKind.ERROR) {
        unresolved = true;
      }
      if (!(type instanceof DeclaredType declared) || !seen.add(type.toString())) {
        return;
      }
      Name name = ((TypeElement) declared.asElement()).getQualifiedName();
      // If there are several, which the compiler forbids, the inherited one comes first
      if (name.contentEquals(JOB_HANDLER)) {
        single = single == null ? declared : single;
        return;
      }
      if (name.contentEquals(EMITTING_JOB_HANDLER)) {
        // It extends JobHandler
        emitting = emitting == null ? declared : emitting;
      }
      if (name.contentEquals(BATCH_JOB_HANDLER)) {
        batch = batch == null ? declared : batch;
        return;
      }
      // javac omits missing interfaces from the supertypes of a type, but not from those of an
      // element
      TypeElement element = (TypeElement) declared.asElement();
      unresolved |=
          element.getInterfaces().stream().anyMatch(written -> written.getKind() == TypeKind.ERROR);
      types.directSupertypes(type).forEach(this::add);
    }
  }
}
