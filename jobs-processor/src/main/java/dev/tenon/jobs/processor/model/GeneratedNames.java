package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;

/** The rules that derive the names in generated code from those in the source. */
public final class GeneratedNames {

  private static final Pattern SEPARATORS = Pattern.compile("[._-]");

  private static final Pattern CASE_CHANGE = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  /** The names of the methods without parameters that every class has. */
  private static final Set<String> METHODS_OF_OBJECT =
      Set.of(
          "clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

  private static final String HANDLER = "Handler";

  private GeneratedNames() {}

  /**
   * The class that holds a job type's definition: {@code Outer.Widget} makes {@code
   * OuterWidgetJob}.
   */
  public static ClassName definition(ClassName payload) {
    return ClassName.get(payload.packageName(), joined(payload) + "Job");
  }

  /**
   * The class that holds a signal's definition: {@code Outer.PaymentSettled} makes {@code
   * OuterPaymentSettledSignal}.
   */
  public static ClassName signal(ClassName record) {
    return ClassName.get(record.packageName(), joined(record) + "Signal");
  }

  /**
   * The class with the steps of a handler: {@code Outer.WidgetHandler} makes {@code
   * OuterWidgetSteps}.
   */
  public static ClassName steps(ClassName handler) {
    String name = joined(handler);
    String stem =
        name.endsWith(HANDLER) && !name.equals(HANDLER)
            ? name.substring(0, name.length() - HANDLER.length())
            : name;
    return ClassName.get(handler.packageName(), stem + "Steps");
  }

  /** The names of the methods without parameters that every class has. */
  public static Set<String> methodsOfObject() {
    return METHODS_OF_OBJECT;
  }

  /** A class's simple name, preceded by those of its enclosing classes: {@code OuterWidget}. */
  public static String joined(ClassName type) {
    return String.join("", type.simpleNames());
  }

  /**
   * The method that gives the typed jobs of a payload record: {@code WidgetBatch} makes {@code
   * widgetBatch}. A name that Java does not allow gets an ending: {@code Import} makes {@code
   * importJobs}.
   */
  public static String accessor(ClassName payload) {
    return method(payload, "Jobs");
  }

  /**
   * The method that gives the sender of a signal: {@code PaymentSettled} makes {@code
   * paymentSettled}. A name that Java does not allow gets an ending: {@code Continue} makes {@code
   * continueSignals}.
   */
  public static String signalAccessor(ClassName record) {
    return method(record, "Signals");
  }

  private static String method(ClassName record, String ending) {
    String name = decapitalised(joined(record));
    return SourceVersion.isKeyword(name) || METHODS_OF_OBJECT.contains(name) ? name + ending : name;
  }

  /** The default label: {@code Widget process batch}. */
  public static String label(String type) {
    return capitalised(SEPARATORS.matcher(type).replaceAll(" "));
  }

  /** The default routing key, the same as that of the runtime's {@code JobDefinition}. */
  public static String routingKey(String type) {
    return "jobs." + type;
  }

  /** The queue of a module, the same as that of the runtime's {@code ModuleDefinition}. */
  public static String queue(ClassName module) {
    return "jobs." + module.canonicalName();
  }

  /**
   * The name of a module without annotation: {@code com.example.my_widgets} makes {@code
   * MyWidgetsJobs}.
   */
  public static String module(String packageName) {
    String last = packageName.substring(packageName.lastIndexOf('.') + 1);
    return Arrays.stream(last.split("_", -1))
            .map(GeneratedNames::capitalised)
            .collect(Collectors.joining())
        + "Jobs";
  }

  /** The name of a variable that holds an instance of a class: {@code widgetBatchHandler}. */
  public static String variable(String simpleName) {
    String name = decapitalised(simpleName);
    return SourceVersion.isKeyword(name) ? name + "Value" : name;
  }

  /** The name of a wait for a signal: {@code PaymentSettled} makes {@code paymentSettled}. */
  public static String waitName(String simpleName) {
    return decapitalised(simpleName);
  }

  /** The method that makes a token: {@code PaymentSettled} makes {@code tokenForPaymentSettled}. */
  public static String token(ClassName signal) {
    return "tokenFor" + signal.simpleName();
  }

  private static String decapitalised(String simpleName) {
    int capitals = 0;
    while (capitals < simpleName.length() && Character.isUpperCase(simpleName.charAt(capitals))) {
      capitals++;
    }
    // The last of several leading capitals starts the next word: HTTPClient makes httpClient
    int end = capitals > 1 && capitals < simpleName.length() ? capitals - 1 : capitals;
    return simpleName.substring(0, end).toLowerCase(Locale.ROOT) + simpleName.substring(end);
  }

  /** The name of a constant: {@code maxSize} makes {@code MAX_SIZE}. */
  public static String constant(String name) {
    return CASE_CHANGE.matcher(name).replaceAll("_").toUpperCase(Locale.ROOT);
  }

  /** A word with a capital as its first letter. */
  static String capitalised(String word) {
    return word.isEmpty()
        ? word
        : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
