package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.JsonReader;
import dev.tenon.jobs.definition.JsonWriter;
import dev.tenon.jobs.internal.rollout.BuildDescription.Handler;
import dev.tenon.jobs.internal.rollout.BuildDescription.Keys;
import dev.tenon.jobs.internal.rollout.BuildDescription.TypeDescription;
import dev.tenon.jobs.internal.rollout.BuildDescription.Versions;
import dev.tenon.jobs.internal.values.StoredJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The form of a description in JSON: in the files {@code META-INF/tenon/*.module.json}, which the
 * annotation processor writes, and in the table of workers. Whatever is as usual is left out, and
 * unknown properties are ignored.
 */
public final class DescriptionJson {

  /** The version of the format. */
  private static final int FORMAT = 1;

  private static final String WHAT = "the description of a module";

  private static final JsonCodec<List<String>> TEXTS = JsonCodecs.list(JsonCodecs.STRING);
  private static final JsonCodec<List<Integer>> NUMBERS = JsonCodecs.list(JsonCodecs.INT);
  private static final JsonCodec<Map<String, String>> TEXT_BY_NAME =
      JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.STRING);
  private static final JsonCodec<Map<String, List<String>>> TEXTS_BY_NAME =
      JsonCodecs.map(JsonCodecs.STRING, TEXTS);
  private static final JsonCodec<Map<String, TypeDescription>> TYPES =
      JsonCodecs.map(
          JsonCodecs.STRING, JsonCodec.of(DescriptionJson::writeType, DescriptionJson::readType));
  private static final JsonCodec<Map<String, Handler>> HANDLERS =
      JsonCodecs.map(
          JsonCodecs.STRING,
          JsonCodec.of(DescriptionJson::writeHandler, DescriptionJson::readHandler));
  private static final JsonCodec<Map<String, Versions>> SIGNALS =
      JsonCodecs.map(
          JsonCodecs.STRING,
          JsonCodec.of(DescriptionJson::writeSignal, DescriptionJson::readSignal));
  private static final JsonCodec<BuildDescription> BUILD =
      JsonCodec.of(DescriptionJson::writeBuild, DescriptionJson::readBuild);

  private DescriptionJson() {}

  /** Returns the JSON of a description, the same for equal ones. */
  public static String write(BuildDescription build) {
    return StoredJson.write(build, BUILD, WHAT);
  }

  /**
   * Returns the description in some JSON.
   *
   * @throws IllegalArgumentException if it is not one, or a newer version of Tenon has written it
   */
  public static BuildDescription read(String json) {
    try {
      return StoredJson.read(json, BUILD, BuildDescription.class, WHAT);
    } catch (JobsException e) {
      throw new IllegalArgumentException(
          "This is not the description of a module, as META-INF/tenon/*.module.json of a build that"
              + " was compiled with this version of Tenon: "
              + e.getMessage(),
          e);
    }
  }

  /** Returns the description of several modules of one build. */
  public static BuildDescription read(Collection<String> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no description of a module. Pass the contents of all files"
              + " META-INF/tenon/*.module.json of the build.");
    }
    BuildDescription build =
        BuildDescription.of(files.stream().map(DescriptionJson::read).toList());
    if (!build.undeclared().isEmpty()) {
      throw new IllegalArgumentException(
          "The build has handlers of %s, but the description of the module that declares them is missing. Pass the descriptions of all of its modules."
              .formatted(String.join(", ", build.undeclared())));
    }
    return build;
  }

  private static void writeBuild(JsonWriter json, BuildDescription build) {
    json.startObject();
    json.property("format", FORMAT);
    json.name("modules");
    TEXTS.write(json, sorted(build.modules()));
    property(json, "types", build.types(), TYPES);
    property(json, "handlers", build.handlers(), HANDLERS);
    property(json, "signals", build.signals(), SIGNALS);
    json.endObject();
  }

  private static BuildDescription readBuild(JsonReader json) {
    Set<String> modules = new HashSet<>();
    Map<String, TypeDescription> types = Map.of();
    Map<String, Handler> handlers = Map.of();
    Map<String, Versions> signals = Map.of();
    Integer format = null;
    json.startObject();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      switch (name) {
        case "format" -> {
          format = json.intValue();
          if (format != FORMAT) {
            throw json.mismatch("format " + FORMAT);
          }
        }
        case "module" -> modules.add(json.stringValue());
        case "modules" -> modules.addAll(TEXTS.read(json));
        case "types" -> types = TYPES.read(json);
        case "handlers" -> handlers = HANDLERS.read(json);
        case "signals" -> signals = SIGNALS.read(json);
        default -> json.skipValue();
      }
    }
    int unused = json.required("format", format);
    if (modules.isEmpty()) {
      throw json.missing("module");
    }
    return new BuildDescription(modules, types, handlers, signals);
  }

  private static void writeType(JsonWriter json, TypeDescription type) {
    json.startObject();
    writeVersions(json, type.versions());
    property(json, "aliases", type.aliases());
    property(json, "queues", type.queues(), TEXT_BY_NAME);
    if (type.isExternal()) {
      json.property("external", true);
    }
    property(json, "limits", type.keys().limits(), TEXT_BY_NAME);
    property(json, "limitBy", type.keys().limitBy());
    property(json, "orderBy", type.keys().orderBy());
    property(json, "unique", type.keys().unique());
    property(json, "inputs", sorted(type.inputs()));
    property(json, "schedules", sorted(type.schedules()));
    json.endObject();
  }

  private static TypeDescription readType(JsonReader json) {
    Integer version = null;
    List<Integer> reads = List.of();
    List<String> aliases = List.of();
    Map<String, String> queues = Map.of();
    boolean isExternal = false;
    Map<String, String> limits = Map.of();
    String limitBy = null;
    String orderBy = null;
    String unique = null;
    List<String> inputs = List.of();
    List<String> schedules = List.of();
    json.startObject();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      switch (name) {
        case "version" -> version = json.intValue();
        case "reads" -> reads = NUMBERS.read(json);
        case "aliases" -> aliases = TEXTS.read(json);
        case "queues" -> queues = TEXT_BY_NAME.read(json);
        case "external" -> isExternal = json.booleanValue();
        case "limits" -> limits = TEXT_BY_NAME.read(json);
        case "limitBy" -> limitBy = json.stringValue();
        case "orderBy" -> orderBy = json.stringValue();
        case "unique" -> unique = json.stringValue();
        case "inputs" -> inputs = TEXTS.read(json);
        case "schedules" -> schedules = TEXTS.read(json);
        default -> json.skipValue();
      }
    }
    return new TypeDescription(
        new Versions(json.required("version", version), Set.copyOf(reads)),
        aliases,
        queues,
        isExternal,
        new Keys(limits, limitBy, orderBy, unique),
        Set.copyOf(inputs),
        Set.copyOf(schedules));
  }

  private static void writeHandler(JsonWriter json, Handler handler) {
    json.startObject();
    property(json, "steps", handler.steps(), TEXTS_BY_NAME);
    property(json, "waits", handler.waits(), TEXTS_BY_NAME);
    property(json, "signals", sorted(handler.signals()));
    if (handler.hasCursor()) {
      json.property("cursor", true);
    }
    json.endObject();
  }

  private static Handler readHandler(JsonReader json) {
    Map<String, List<String>> steps = Map.of();
    Map<String, List<String>> waits = Map.of();
    List<String> signals = List.of();
    boolean hasCursor = false;
    json.startObject();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      switch (name) {
        case "steps" -> steps = TEXTS_BY_NAME.read(json);
        case "waits" -> waits = TEXTS_BY_NAME.read(json);
        case "signals" -> signals = TEXTS.read(json);
        case "cursor" -> hasCursor = json.booleanValue();
        default -> json.skipValue();
      }
    }
    return new Handler(steps, waits, Set.copyOf(signals), hasCursor);
  }

  private static void writeSignal(JsonWriter json, Versions signal) {
    json.startObject();
    writeVersions(json, signal);
    json.endObject();
  }

  private static Versions readSignal(JsonReader json) {
    Integer version = null;
    List<Integer> reads = List.of();
    json.startObject();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      switch (name) {
        case "version" -> version = json.intValue();
        case "reads" -> reads = NUMBERS.read(json);
        default -> json.skipValue();
      }
    }
    return new Versions(json.required("version", version), Set.copyOf(reads));
  }

  private static void writeVersions(JsonWriter json, Versions versions) {
    json.property("version", versions.version());
    if (!versions.earlier().isEmpty()) {
      json.name("reads");
      NUMBERS.write(json, new ArrayList<>(new TreeSet<>(versions.earlier())));
    }
  }

  private static void property(JsonWriter json, String name, @Nullable String value) {
    if (value != null) {
      json.name(name);
      json.value(value);
    }
  }

  private static void property(JsonWriter json, String name, List<String> values) {
    if (!values.isEmpty()) {
      json.name(name);
      TEXTS.write(json, values);
    }
  }

  private static <T> void property(
      JsonWriter json, String name, Map<String, T> values, JsonCodec<Map<String, T>> codec) {
    if (!values.isEmpty()) {
      json.name(name);
      codec.write(json, new TreeMap<>(values));
    }
  }

  private static List<String> sorted(Collection<String> values) {
    return values.stream().sorted().toList();
  }
}
