package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
class Wrong {

  record Box<T>(T content) {}

  @JobType(value = "emits.number", emits = int.class)
  record Number(String topic) {}

  @JobType(value = "emits.list", emits = List.class)
  record Many(String topic) {}

  @JobType(value = "emits.generic", emits = Box.class)
  record Generic(String topic) {}

  @JobType(value = "emits.array", emits = byte[].class)
  record Bytes(String topic) {}

  @JobType(value = "emits.void", emits = Void.class)
  record Nothing(String topic) {}
}
