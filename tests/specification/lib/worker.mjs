// A thread that makes one check after another.
import { parentPort, workerData } from 'node:worker_threads'
import { checkModel, checkVariant } from './check.mjs'

parentPort.on('message', ({ model, variant, isThorough }) => {
  try {
    parentPort.postMessage(variant
      ? checkVariant(workerData.folder, model, variant)
      : checkModel(workerData.folder, model, isThorough))
  } catch (error) {
    parentPort.postMessage({ states: 0, problems: [error.stack] })
  }
})
