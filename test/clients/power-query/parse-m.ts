import { DefaultSettings, type Language, TaskUtils } from '@microsoft/powerquery-parser';

/** The syntax tree of an M expression, by Microsoft's own parser. Throws the parser's message if the text does not parse. */
export async function parseM(text: string): Promise<Language.Ast.TNode> {
  const task = await TaskUtils.tryLexParse(DefaultSettings, text);
  if (TaskUtils.isParseStageOk(task)) return task.ast;
  throw task.error;
}
