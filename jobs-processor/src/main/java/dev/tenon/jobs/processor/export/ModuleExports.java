package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SimpleResult;
import dev.tenon.jobs.processor.read.Descriptions;
import dev.tenon.jobs.processor.read.ResultReader;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;

/**
 * Writes, per module, the schemas of its payloads and results, the AsyncAPI document and the
 * metadata of native images. One file for all types of a module, not one a type: javac compares
 * each file that is made with each that was made before.
 */
public final class ModuleExports {

  private final ProcessingEnvironment environment;
  private final ResultReader results;

  /** A writer. */
  public ModuleExports(ProcessingEnvironment environment) {
    this.environment = environment;
    this.results = new ResultReader(environment.getElementUtils(), environment.getTypeUtils());
  }

  /**
   * Writes the exports of a module in which nothing is wrong.
   *
   * @param types its job types
   */
  public void write(ModuleContents contents, List<ExportedType> types, List<Element> sources) {
    ModuleDeclaration module = contents.module();
    SchemaBundle schemas = new SchemaBundle(module.simpleName());
    Descriptions descriptions = new Descriptions(environment.getElementUtils());
    List<ExportedType> sorted =
        types.stream().sorted(Comparator.comparing(type -> type.job().typeName())).toList();
    for (ExportedType type : sorted) {
      add(type, descriptions, schemas);
    }
    write(ExportPaths.schemas(module), schemas.json(), sources);
    write(
        ExportPaths.asyncApi(module),
        new AsyncApiDocument(module, contents.types()).json(),
        sources);
    write(ExportPaths.reachability(module), ReachabilityDocument.json(module.module()), sources);
  }

  private void add(ExportedType type, Descriptions descriptions, SchemaBundle schemas) {
    JobDeclaration job = type.job();
    schemas.add(
        SchemaBundle.payload(job),
        schema(type.payload(), descriptions).ofRecord(job.labelOrDefault()));
    if (!AsyncApiDocument.hasResult(job)) {
      return;
    }
    String title = job.labelOrDefault() + ": result";
    if (type.result().isPresent()) {
      Shapes result = type.result().get();
      schemas.add(SchemaBundle.result(job), schema(result, descriptions).ofRecord(title));
    } else {
      SimpleResult result = results.read(job.result().value().name(), type.source());
      schemas.add(
          SchemaBundle.result(job),
          schema(result.shapes(), descriptions).ofValue(title, result.value()));
    }
  }

  private SchemaDocument schema(Shapes shapes, Descriptions descriptions) {
    return new SchemaDocument(shapes, environment.getElementUtils(), descriptions);
  }

  private void write(String path, Map<String, Object> content, List<Element> sources) {
    JsonFile.write(path, content, environment.getFiler(), sources);
  }
}
