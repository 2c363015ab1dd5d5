using DaemonRpcTool._1;

return await WordIndexDaemon.RunAsync(context => new WordIndexHandler(context));
