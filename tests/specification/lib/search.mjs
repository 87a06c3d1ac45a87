// The search through all states of a model, breadth first: so the history of each violation is one of the shortest.
import { createHash } from 'node:crypto'
import { text } from './text.mjs'

/**
 * Visits every state that a model can reach.
 *
 * @param model the model
 * @param invariants the names of definitions that must be true in every state
 * @param goal the name of a definition: from every state, `work` alone must be able to lead to a state where it is
 *     true; undefined if there is none
 * @param maxStates more states than this are an error, because then nothing would be known
 * @returns the number of states, the actions that occurred, and the first violation: the name of what does not hold, and
 *     a history of states
 */
export function search(model, { invariants, goal, maxStates }) {
  const states = new States()
  const actions = new Set()
  const violated = at => invariants.find(name => !model.holds(name, states.states[at]))
  for (const start of model.results('init')) {
    states.add(start, undefined, 'init')
  }
  for (let at = 0; at < states.size; at++) {
    states.reaches[at] = goal !== undefined && model.holds(goal, states.states[at])
    const broken = violated(at)
    if (broken) {
      return { states: states.size, actions, violation: { of: broken, history: states.history(model, at) } }
    }
    for (const kind of ['work', 'fault']) {
      for (const result of model.results(kind, states.states[at])) {
        actions.add(result.action)
        states.add(result, at, kind)
        if (states.size > maxStates) {
          throw new Error(`${model.name} has more than ${maxStates} states. Make it smaller, or raise the bound.`)
        }
      }
    }
    states.states[at] = undefined
  }
  const stuck = goal && states.firstWithoutWay()
  return {
    states: states.size,
    actions,
    violation: stuck === undefined ? undefined : { of: goal, history: states.history(model, stuck) },
  }
}

class States {
  #places = new Map()
  /** The state that each was first reached from, and how; undefined for the first ones */
  #origins = []
  /** For each state, those from which `work` leads to it */
  #sources = []
  /** The states that have not been visited yet, and the places of those that have */
  states = []
  /** Whether the goal can be reached from each state; at first, whether it is one */
  reaches = []

  get size() {
    return this.states.length
  }

  add(result, from, kind) {
    const key = createHash('md5').update(result.state.map(text).join('|')).digest('latin1')
    let at = this.#places.get(key)
    if (at === undefined) {
      at = this.states.length
      this.#places.set(key, at)
      this.states.push(result.state)
      this.#origins.push({ from, kind, picks: result.picks })
      this.#sources.push([])
    }
    if (kind === 'work' && from !== at) {
      this.#sources[at].push(from)
    }
  }

  firstWithoutWay() {
    const open = []
    this.reaches.forEach((isGoal, at) => {
      if (isGoal) {
        open.push(at)
      }
    })
    while (open.length > 0) {
      for (const source of this.#sources[open.pop()]) {
        if (!this.reaches[source]) {
          this.reaches[source] = true
          open.push(source)
        }
      }
    }
    const at = this.reaches.indexOf(false)
    return at < 0 ? undefined : at
  }

  /** The steps that led to a state, each with what was done and the state after it */
  history(model, at) {
    const steps = []
    for (let i = at; i !== undefined; i = this.#origins[i].from) {
      steps.unshift(this.#origins[i])
    }
    let state
    return steps.map(({ kind, picks }) => {
      const result = model.result(kind, state, picks)
      state = result.state
      return { kind, ...result, values: result.values, variables: model.values(state) }
    })
  }
}
