package shop.base;

import dev.tenon.jobs.annotation.Step;

public abstract class Base {

  @Step
  protected void label() {}

  @Step
  public abstract void ship();
}
