package shop;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.util.List;
import java.util.Optional;

public final class OtherModule implements ModuleDefinition {
  @Override
  public String name() {
    return "OtherModule";
  }

  @Override
  public List<JobDefinition<?, ?>> definitions() {
    return List.of();
  }

  @Override
  public List<ModuleDefinition> includes() {
    return List.of();
  }

  @Override
  public Optional<JobDefinition<?, ?>> find(String type) {
    return Optional.empty();
  }
}
