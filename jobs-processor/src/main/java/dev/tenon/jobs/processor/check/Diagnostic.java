package dev.tenon.jobs.processor.check;

import javax.tools.Diagnostic.Kind;

/**
 * Everything that the processor reports: an id that never changes, and the wording. Each text says
 * the rule, what was found, and the fix. {@code docs/diagnostics.md} has a page on each id.
 */
public enum Diagnostic {
  // The declaration of a job type
  TYPE_NAME(
      "JobsTypeName",
      "The name of a job type is two or more lower-case segments with dots between them, such as"
          + " 'widget.process.batch'; a segment starts with a letter from a to z and goes on with such"
          + " letters and digits, and '-' or '_' may stand between them. Found '%s'.%s"),
  TIMEOUT(
      "JobsTimeout",
      "A timeout is a duration from 1ms to 365d: %s. Found '%s'; write for instance timeout = \"5m\"."),
  RETRY_DELAY(
      "JobsRetryDelays",
      "A retry delay is a duration from 0s to 365d: %s. Found '%s'; write for instance"
          + " retryDelays = {\"30s\", \"1m\"}."),
  UNUSED_RETRY_DELAYS(
      "JobsUnusedDelays",
      Kind.WARNING,
      "There is one retry delay fewer than attempts, or the rest is never waited. Found %d with"
          + " maxAttempts = %d; remove %s, write maxAttempts = %d, or"
          + " @SuppressWarnings(\"JobsUnusedDelays\")."),
  MAX_ATTEMPTS(
      "JobsMaxAttempts",
      "maxAttempts counts the first attempt, so it is at least 1. Found %d; write maxAttempts = 1"
          + " for a job that is never attempted again."),
  JITTER(
      "JobsJitter",
      "jitter is a share of each wait, from 0 to 1. Found %s; write for instance jitter = 0.1 for"
          + " waits that are up to a tenth longer."),
  RETENTION(
      "JobsRetention",
      "A retention is a duration from 0s to 36500d: %s. Found '%s'; write for instance"
          + " retention = \"30d\"."),
  ROUTING_KEY(
      "JobsRoutingKey",
      "A routing key is 1 to 255 bytes without '*', '#' and control characters, since it is also the"
          + " name of a queue; it does not start with 'amq.' and is not 'jobs.dead-letter', which"
          + " RabbitMQ and Tenon use. Found %s; write for instance routingKey = \"jobs.widgets\"."),
  LABEL(
      "JobsLabel",
      "A label is what people are shown, in one line. Found %s; write a text, or leave label out for"
          + " '%s'."),
  NO_RETRY_ON(
      "JobsNoRetryOn",
      "noRetryOn names, each once, exceptions that do not say themselves whether there is another"
          + " attempt. Found %s, %s; remove it."),
  UNUSED_RETRY(
      "JobsUnusedRetry",
      Kind.WARNING,
      "What is said of retries is meant for some. %s is of no use, since %s; remove one of them, or"
          + " write @SuppressWarnings(\"JobsUnusedRetry\")."),
  EXTERNAL_ATTRIBUTES(
      "JobsExternalAttributes",
      "The worker of an external job type is not Java, and throws no Java exceptions. Found noRetryOn"
          + " with external = true; remove noRetryOn, and let that worker say which failures are"
          + " final."),
  RESULT_TYPE(
      "JobsResultType",
      "The result of a job is a class that can be named without type arguments, and not a"
          + " primitive. Found %s; %s."),
  DUPLICATE_TYPE(
      "JobsDuplicateType",
      "A job type is declared once in an application. '%s' is declared by %s and by %s; give one of"
          + " them another name."),
  ALIAS(
      "JobsAlias",
      "An alias is an earlier name of a job type, so it has the form of one, and is another than that"
          + " of today. Found '%s'%s."),
  ALIAS_CLASH(
      "JobsAliasClash",
      "A name belongs to one job type, or jobs of that name would have two. '%s' is %s and %s; remove"
          + " one of them."),
  VERSION(
      "JobsVersion",
      "version counts the shapes that payload and result have had, from 1. Found %d; write version = 1,"
          + " or leave it out."),
  UPCASTER(
      "JobsUpcaster",
      "An upcaster is a static method of the payload or the result that is not private, takes what was"
          + " stored, as a record or as String, and returns that payload or result. %s."),
  UPCASTER_VERSION(
      "JobsUpcasterVersion",
      "An upcaster takes a version before that of today, and there is one for a version. %s."),
  MISSING_UPCASTER(
      "JobsMissingUpcaster",
      "What was stored before version went up is read by an upcaster. '%s' is at version %d, and %s an"
          + " @Upcaster(from = %d); write one, or version = %d if no shape has changed."),
  SHARED_QUEUE(
      "JobsSharedQueue",
      "Types with one routing key share a queue, whose messages go to any of its workers. '%s' is"
          + " external and '%s' is not, but both have the routing key '%s'; give one of them another"
          + " routingKey."),
  NAME_CLASH(
      "JobsNameClash",
      "Generated names must differ from each other and from those in the sources. %s; rename one of them."),

  // The payload
  NOT_A_RECORD(
      "JobsNotRecord",
      "@JobType stands on a record, which is then the payload of a job type, or on a class that"
          + " implements JobHandler. %s is %s; make it a record, or let it implement"
          + " JobHandler<Payload, Result>."),
  PAYLOAD_GENERIC(
      "JobsPayloadGeneric",
      "A payload has no type parameters, since JSON could not tell them. Found %s; name the types in"
          + " its components."),
  NOT_ACCESSIBLE(
      "JobsNotAccessible", "Generated code in package %s must see %s. It is %s; make it public."),

  JSON(
      "JobsJson",
      "JSON must carry payloads and results there and back. %s is of type %s: that is %s."),
  UNION(
      "JobsUnion",
      "The records of a sealed interface are told apart in JSON by the property 'type', which holds"
          + " their simple names. In %s %s; rename it."),
  ENDLESS(
      "JobsEndless",
      "A value must be able to end. No %s can be made without another one, because of its component"
          + " %s; make that @Nullable, an Optional or a List."),

  // The handler
  UNKNOWN_TYPE(
      "JobsUnknownType",
      "A handler names a job type that a record of this compilation, or of an included module,"
          + " declares. Nothing declares '%s'.%s"),
  NOT_INCLUDED(
      "JobsNotIncluded",
      "%s handles %s, a job type of another module that this one does not include. %s %s."),
  MISSING_HANDLER(
      "JobsMissingHandler", "'%s' has no handler, and each job type has exactly one. %s."),
  DUPLICATE_HANDLER(
      "JobsDuplicateHandler",
      "Each job type has exactly one handler. '%s' is handled by %s and by %s; remove one of them."),
  PAYLOAD_MISMATCH(
      "JobsPayloadMismatch",
      "The payload of job type '%s' is %s, so its handler implements JobHandler<%s, %s>. Found %s."),
  RESULT_MISMATCH(
      "JobsResultMismatch",
      "The result of job type '%s' is %s, so its handler implements JobHandler<%s, %s>. Found %s;"
          + " change the handler, or write result = %s on %s."),
  HANDLER_ATTRIBUTES(
      "JobsHandlerAttributes",
      "On a handler @JobType only names what it handles. Found %s; write it on the record that"
          + " declares '%s'."),
  HANDLER_ABSTRACT(
      "JobsHandlerAbstract", "A handler is a class of which an instance can be made. %s is %s."),
  HANDLER_GENERIC(
      "JobsHandlerGeneric",
      "A handler has no type parameters, since it handles one type. Found %s; name the types where it"
          + " implements JobHandler."),
  HANDLER_INNER(
      "JobsHandlerInner",
      "A handler does not belong to an instance of another class. %s is an inner class of %s; make"
          + " it static."),
  EXTERNAL_HANDLER(
      "JobsExternalHandler",
      "An external job type is handled by a worker that is not Java. '%s' is external, as %s declares"
          + " it, but has the handler %s; remove the handler, or external = true on %s."),
  HANDLER_ELSEWHERE(
      "JobsHandlerElsewhere",
      "The module %s says handlers = ELSEWHERE, so it takes none. Found %s; move it to the"
          + " application that includes the module, or remove handlers = ELSEWHERE."),

  // The module
  DUPLICATE_MODULE(
      "JobsDuplicateModule",
      "A compilation has one module. @JobModule is on %s and on %s; remove one of them."),
  MODULE_NAME(
      "JobsModuleName", "The name of a module is the name of a Java class, such as PlmJobs. %s"),
  INCLUDES(
      "JobsIncludes",
      "includes names generated module classes of other compilations, such as CoreJobsModule.class."
          + " %s"),
  LATE_TYPE(
      "JobsLateType",
      "All job types of a compilation are there before its module is written. %s was generated after"
          + " that; generate it in the first round, or write it by hand."),

  // The Java module, if there is a module-info.java
  NOT_OPEN(
      "JobsNotOpen",
      "Jackson must see the records that it writes and reads. %s is in the package %s, which the"
          + " module %s neither opens nor, with public records, exports to it; write 'opens %s to %s;'"
          + " in the module-info.java there."),
  NOT_PROVIDED(
      "JobsNotProvided",
      Kind.WARNING,
      "On the module path the runtime finds a job module where a module-info.java provides it. That"
          + " of %s does not name %s; write 'provides %s with %s;' there."),

  // Constraints
  UNKNOWN_CONSTRAINT(
      "JobsUnknownConstraint",
      "A constraint that is not compiled would not be checked. @%s on %s is not supported: %s. Remove"
          + " it, and check the value with a method of yours: @CheckedBy on an annotation of yours names"
          + " it."),
  CONSTRAINT_PLACE(
      "JobsConstraintPlace",
      "@%s is on %s, where nothing checks it: only constraints on components and in their types are"
          + " checked. %s."),
  JAVAX(
      "JobsJavax",
      "@%s on %s is from javax.validation, which is not checked. Import @%s from jakarta.validation"
          + " instead."),
  DECIMAL(
      "JobsDecimal",
      "@%s on %s has the limit '%s', which is not a decimal number. Write for instance %s."),
  CONSTRAINT_TYPE("JobsConstraintType", "@%s applies to %s, but %s is of type %s. %s."),
  CONSTRAINT_BOUNDS(
      "JobsConstraintBounds",
      "The bounds of a constraint must leave room for a value. %s; change them."),
  PATTERN(
      "JobsPattern",
      "The regular expression of a constraint must compile. That of @%s on %s does not: %s."),
  MESSAGE(
      "JobsMessage",
      "The message of a constraint is a fixed text, which may name attributes of its annotation in"
          + " braces, such as {max}. Found '%s' in that of @%s; %s."),
  CHECK_ANNOTATION(
      "JobsCheckAnnotation",
      "An annotation with @CheckedBy can stand on a component or in its type, is kept in class files,"
          + " and has attributes that a method can be given. Found @%s %s; %s."),
  CHECK_METHOD(
      "JobsCheckMethod",
      "@CheckedBy names a static method that returns boolean, has no type parameters and declares no"
          + " checked exception. For @%s found %s; write %s."),
  CHECK_PARAMETERS(
      "JobsCheckParameters",
      "A method that @CheckedBy names takes the value, and then the attributes of the annotation but"
          + " message, groups and payload. @%s needs %s. Found %s; %s."),
  CHECK_OVERLOADS(
      "JobsCheckOverloads",
      "One method must fit best what @CheckedBy gives it. For @%s on %s, which is of type %s, these"
          + " fit: %s; give one of them another name, and name it with method."),
  CONTRADICTION("JobsContradiction", "@%s refuses null, but %s is %s. %s."),
  VALID(
      "JobsValid",
      "@Valid asks to validate a record. %s holds nothing with a constraint or a required component,"
          + " but %s; remove @Valid."),
  MISSING_VALID(
      "JobsMissingValid",
      Kind.WARNING,
      "The constraints of a nested record are checked where @Valid asks for it. %s holds %s, which has"
          + " constraints; write @Valid before the type %s, or"
          + " @SuppressWarnings(\"JobsMissingValid\") if they are not meant here."),

  HIDDEN_ANNOTATIONS(
      "JobsHiddenAnnotations",
      "A validator needs every @Nullable and constraint of the records in a payload. %s was compiled"
          + " before, and this compiler does not show the annotations of types in class files; compile"
          + " with JDK 22 or newer, or with -XDaddTypeAnnotationsToSymbol=true."),

  PARTIAL_COMPILATION(
      "JobsPartialCompilation",
      "Only some sources of this module were compiled, and the rest cannot be read from class files."
          + " %s. Run 'mvn clean', or rebuild the project, so that all sources are compiled."),

  // The schema lock
  BREAKING_CHANGE(
      "JobsBreakingChange",
      "In '%s' %s, so %s. %s; if %s, compile once with -Atenon.lock.mode=accept."),
  LOCK_FILE("JobsLockFile", "The schema lock is compared with its file. Of %s, %s."),
  LOCK_OUTDATED(
      "JobsLockOutdated",
      "With -Atenon.lock.mode=frozen the file of the schema lock says what the sources say. %s does not,"
          + " of %s; compile once with -Atenon.lock.mode=update, and commit the file."),
  LOCK_OPTION(
      "JobsLockOption",
      "The schema lock takes two options: -Atenon.lock=, the absolute path of its file, and"
          + " -Atenon.lock.mode=. %s."),

  // The processor itself
  INTERNAL(
      "JobsInternal",
      "Tenon's annotation processor failed on %s; this is a bug in it, please report it with the"
          + " following text. %s");

  private final String id;
  private final Kind kind;
  private final String wording;

  Diagnostic(String id, String wording) {
    this(id, Kind.ERROR, wording);
  }

  Diagnostic(String id, Kind kind, String wording) {
    this.id = id;
    this.kind = kind;
    this.wording = wording;
  }

  /** The id, as it is printed in brackets and as {@code @SuppressWarnings} names it. */
  public String id() {
    return id;
  }

  /** Whether it only warns, and can be suppressed. */
  public boolean isWarning() {
    return kind == Kind.WARNING;
  }

  Kind kind() {
    return kind;
  }

  String text(Object... arguments) {
    return "[" + id + "] " + wording.formatted(arguments);
  }
}
