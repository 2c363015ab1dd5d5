using DaemonRpc.CodeGen;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Stands for a callback. What the generator would write for it is written by hand below.</summary>
public interface IQuestions
{
    ValueTask<string> AskAsync(string question, CancellationToken cancellationToken = default);

    ValueTask TellAsync(object? unsendable);

    Task<byte[]> FetchAsync(byte[] wanted);
}

/// <summary>A callback that does what the test says.</summary>
internal sealed class Questions : IQuestions
{
    public Func<string, CancellationToken, ValueTask<string>> OnAsk { get; init; } = static (question, _) => new($"{question}!");

    public Func<byte[], Task<byte[]>> OnFetch { get; init; } = Task.FromResult;

    public ValueTask<string> AskAsync(string question, CancellationToken cancellationToken) => OnAsk(question, cancellationToken);

    public ValueTask TellAsync(object? unsendable) => default;

    public Task<byte[]> FetchAsync(byte[] wanted) => OnFetch(wanted);
}

internal sealed class QuestionsProxy(CallbackChannel channel) : IQuestions
{
    public ValueTask<string> AskAsync(string question, CancellationToken cancellationToken) => channel.Request(1).With(question).SendValueAsync<string>(cancellationToken);

    public ValueTask TellAsync(object? unsendable) => channel.Request(2).With(unsendable).SendValueAsync(CancellationToken.None);

    public Task<byte[]> FetchAsync(byte[] wanted) => channel.Request(3).With(wanted).SendAsync<byte[]>(CancellationToken.None);
}

internal sealed class QuestionsDispatcher(IQuestions target) : Dispatcher
{
    public override object Target => target;

    public override string? NameOf(uint method) => method switch
    {
        1 => nameof(IQuestions.AskAsync),
        2 => nameof(IQuestions.TellAsync),
        3 => nameof(IQuestions.FetchAsync),
        _ => null,
    };

    public override async ValueTask DispatchAsync(uint method, ArgumentReader arguments, ReplyWriter reply)
    {
        switch (method)
        {
            case 1:
                reply.Result(await target.AskAsync(arguments.Next<string>(), arguments.CancellationToken));
                return;

            case 3:
                reply.Result(await target.FetchAsync(arguments.Next<byte[]>()));
                return;

            default:
                await target.TellAsync(arguments.Next<string>());
                reply.Result();
                return;
        }
    }
}
