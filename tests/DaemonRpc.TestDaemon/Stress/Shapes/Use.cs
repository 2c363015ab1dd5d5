namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>Follows who uses an object that was passed, which nobody may begin to after the call's end.</summary>
internal sealed class Use(Action<string> complain, string what)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users;
    private bool _isOver;

    public void Begin()
    {
        lock (_gate)
        {
            _users++;
            if (_isOver)
            {
                complain($"{what} was used after the call's end.");
            }
        }
    }

    public void End()
    {
        lock (_gate)
        {
            if (--_users == 0 && _isOver)
            {
                _ = _rest.TrySetResult();
            }
        }
    }

    /// <summary>The call has ended. Completes when nobody uses the object any more.</summary>
    /// <param name="mustRest">Whether nobody may be at it even now.</param>
    public Task OverAsync(bool mustRest)
    {
        lock (_gate)
        {
            _isOver = true;
            if (_users == 0)
            {
                _ = _rest.TrySetResult();
            }
            else if (mustRest)
            {
                complain($"{what} is still used when the call has ended.");
            }
        }

        return _rest.Task.WaitAsync(Told.Limit);
    }
}
