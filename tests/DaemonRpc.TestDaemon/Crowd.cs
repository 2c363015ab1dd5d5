using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>Many clients in one process. Each of them calls; and again for each line that is read, until the input ends.</summary>
internal static class Crowd
{
    public static async Task RunAsync(string[] args)
    {
        var clients = new List<TestServiceClient>();
        int count = int.Parse(args[1], CultureInfo.InvariantCulture);
        for (int client = 0; client < count; client++)
        {
            clients.Add(await TestServiceClient.ConnectAsync(ClientCommand.Options(args)));
            _ = await clients[client].AddAsync(client, 1);
        }

        do
        {
            int served = 0;
            foreach (TestServiceClient client in clients)
            {
                served += await client.AddAsync(0, 1);
            }

            Console.WriteLine($"served {served} by {string.Join(' ', clients.Select(client => client.Daemon.ProcessId).Distinct())}");
        }
        while (await Console.In.ReadLineAsync() is not null);

        foreach (TestServiceClient client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
