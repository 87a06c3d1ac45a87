package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.ZooGenerate;
import dev.tenon.examples.plm.ZooModel;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Map;

/**
 * Has the service make a part, and keeps its file. If the service allows no call, the job is put off
 * for as long as it says, which costs no attempt; if it is in trouble, the attempt fails.
 */
@JobType("cad.zoo.generate")
public final class ZooGenerateHandler implements JobHandler<ZooGenerate, ZooModel> {

  private final ZooClient zoo;
  private final FileStore files;

  /** A handler that calls this service and keeps files in this store. */
  @Inject
  public ZooGenerateHandler(ZooClient zoo, FileStore files) {
    this.zoo = zoo;
    this.files = files;
  }

  @Override
  public ZooModel execute(ZooGenerate wish, JobContext context)
      throws IOException, InterruptedException {
    try {
      return make(wish, context);
    } catch (ZooClient.LimitedException e) {
      context.log().info("The service is busy", Map.of("retryAfter", e.retryAfter()));
      throw context.snooze(e.retryAfter());
    }
  }

  private ZooModel make(ZooGenerate wish, JobContext context)
      throws IOException, InterruptedException, ZooClient.LimitedException {
    // The job's id as the key: what an earlier attempt has begun is not begun again
    ZooClient.Operation operation = zoo.begin(context.jobId().toString(), wish.prompt());
    while (operation instanceof ZooClient.Operation.Working working) {
      context.progress(working.percent(), "The service is working");
      context.checkCancelled();
      Thread.sleep(zoo.pollInterval().toMillis());
      operation = zoo.get(operation.id());
    }
    if (operation instanceof ZooClient.Operation.Ready ready) {
      byte[] file = zoo.download(ready.file());
      String path = "zoo/" + context.jobId() + ".stl";
      files.write(path, file);
      return new ZooModel(ready.id(), path, file.length);
    }
    throw new PermanentJobException(
        "The service cannot make this part: "
            + ((ZooClient.Operation.Impossible) operation).reason());
  }
}
