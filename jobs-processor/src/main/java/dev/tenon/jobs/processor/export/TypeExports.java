package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.read.Descriptions;
import dev.tenon.jobs.processor.read.ResultReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;

/** Writes, per job type, the schemas of payload and result and the metadata of native images. */
public final class TypeExports {

  private final ProcessingEnvironment environment;
  private final ResultReader results;

  /** A writer. */
  public TypeExports(ProcessingEnvironment environment) {
    this.environment = environment;
    this.results = new ResultReader(environment.getElementUtils(), environment.getTypeUtils());
  }

  /**
   * Writes the exports of a job type in which nothing is wrong.
   *
   * @param payload the payload with the records it leads to
   * @param result the result with the records it leads to; empty if it is no record
   */
  public void write(
      JobDeclaration job, Shapes payload, Optional<Shapes> result, TypeElement source) {
    // Elements of this round only: those of an earlier one say nothing true any more
    Descriptions descriptions = new Descriptions(environment.getElementUtils());
    ReachabilityDocument reachability = new ReachabilityDocument(environment.getElementUtils());
    reachability.add(payload);
    write(
        Paths.payloadSchema(job),
        schema(payload, descriptions).ofRecord(job.labelOrDefault()),
        source);
    if (AsyncApiDocument.hasResult(job)) {
      String title = job.labelOrDefault() + ": result";
      if (result.isPresent()) {
        reachability.add(result.get());
        write(Paths.resultSchema(job), schema(result.get(), descriptions).ofRecord(title), source);
      } else {
        ResultReader.Result other = results.read(job.result().value().name(), source);
        reachability.add(other.shapes());
        reachability.add(other.value());
        write(
            Paths.resultSchema(job),
            schema(other.shapes(), descriptions).ofValue(title, other.value()),
            source);
      }
    }
    write(Paths.reachability(job), reachability.json(), source);
  }

  private SchemaDocument schema(Shapes shapes, Descriptions descriptions) {
    return new SchemaDocument(shapes, environment.getElementUtils(), descriptions);
  }

  private void write(String path, Map<String, Object> content, TypeElement source) {
    JsonFile.write(path, content, environment.getFiler(), List.of(source));
  }
}
