using DaemonRpc;
using DaemonRpcTool._1;

if (WordIndexDaemon.IsRequested)                                 // this process was started to be the daemon
{
    return await WordIndexDaemon.RunAsync(context => new WordIndexHandler(context));
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;                                         // this process goes on until the daemon has acknowledged
    stop.Cancel();
};

return await WordTool.RunAsync(args, Console.Out, Console.Error, new DaemonClientOptions(), stop.Token);
