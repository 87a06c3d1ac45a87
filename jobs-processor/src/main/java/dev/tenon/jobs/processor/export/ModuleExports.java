package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.Descriptions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.util.Elements;

/**
 * Makes, per module, the schemas of its payloads, results and signals, the AsyncAPI document, the
 * description for rollouts, and the metadata of native images. There is one file for all types of a
 * module, not one per type, because javac compares each new file with every earlier one.
 */
public final class ModuleExports {

  private final Elements elements;
  private final Descriptions descriptions;

  /** Creates the exports of a compilation. */
  public ModuleExports(Elements elements) {
    this.elements = elements;
    this.descriptions = new Descriptions(elements);
  }

  /**
   * The contents of the files, by their paths.
   *
   * @param types the job types of the module, which have no faults
   * @param signals the signals of the module, which have no faults
   * @param steps the handlers of the module with steps, waits or a cursor, which have no faults
   */
  public Map<String, String> files(
      ModuleContents contents,
      List<WritableJob> types,
      List<WritableSignal> signals,
      List<WritableSteps> steps) {
    ModuleDeclaration module = contents.module();
    SchemaBundle schemas = new SchemaBundle(module.simpleName());
    List<WritableJob> sorted =
        types.stream().sorted(Comparator.comparing(type -> type.job().typeName())).toList();
    sorted.forEach(type -> add(type, schemas));
    List<WritableSignal> sortedSignals =
        signals.stream().sorted(Comparator.comparing(each -> each.signal().signalName())).toList();
    for (WritableSignal each : sortedSignals) {
      schemas.add(
          SchemaBundle.signal(each.signal()),
          schema(each.value().shapes()).ofRecord(each.signal().label()));
    }
    Map<String, String> files = new LinkedHashMap<>();
    files.put(ExportPaths.schemas(module), JsonFile.text(schemas.json()));
    files.put(ExportPaths.asyncApi(module), AsyncApiDocument.of(module, sorted, sortedSignals));
    files.put(
        ExportPaths.description(module),
        JsonFile.text(ModuleDescription.json(contents, sorted, sortedSignals, steps)));
    files.put(ExportPaths.reachability(module), JsonFile.text(ReachabilityDocument.json(module)));
    return files;
  }

  private void add(WritableJob type, SchemaBundle schemas) {
    JobDeclaration job = type.job();
    schemas.add(SchemaBundle.payload(job), schema(type.payload()).ofRecord(job.labelOrDefault()));
    String title = job.labelOrDefault() + ": result";
    type.result()
        .map(result -> schema(result).ofRecord(title))
        .or(
            () ->
                type.simpleResult()
                    .map(simple -> schema(simple.shapes()).ofValue(title, simple.value())))
        .ifPresent(schema -> schemas.add(SchemaBundle.result(job), schema));
    type.emitted()
        .map(value -> schema(value.shapes()).ofRecord(job.labelOrDefault() + ": emitted value"))
        .ifPresent(schema -> schemas.add(SchemaBundle.emitted(job), schema));
  }

  private SchemaDocument schema(Shapes shapes) {
    return new SchemaDocument(shapes, elements, descriptions);
  }
}
